import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNames } from '@/components/catalog'
import QuestionPage from '@/components/question/QuestionPage'
import RangePicker from '@/components/question/RangePicker'
import { questionSentence } from '@/components/question/sentence'
import { useAnswer } from '@/components/question/useAnswer'
import { useAsked } from '@/components/question/useAsked'
import { useCells } from '@/components/question/useCells'
import { without } from '@/query/condition'
import { LIMITS } from '@/query/defaults'
import { INTERVALS, type Interval, type Trend } from '@/query/types'
import type { TrendAnswer } from '../answers'
import { Choice, Help } from '../controls'
import { isEmpty } from './model'
import TrendAnswerView from './TrendAnswerView'
import TrendBuilder from './TrendBuilder'

const KINDS = ['line', 'bar', 'table'] as const

/** How much happened over time. */
export default function TrendPage() {
  const { t } = useTranslation('analyse')
  const { t: any } = useTranslation()
  const { question, view, unread, setQuestion, setView } = useAsked('trend')
  const state = useAnswer<Trend, TrendAnswer>(question)
  const names = useNames()
  const breakDown = () => setQuestion((old) => ({ ...old, breakdown: [...(old.breakdown ?? []), { property: '' }] }))
  const cells = useCells({ onBreakdown: (question.breakdown?.length ?? 0) < LIMITS.breakdowns ? breakDown : undefined })
  const kind = KINDS.find((k) => k === view.chart) ?? 'line'
  return (
    <QuestionPage
      title={t('trend.title')}
      asks={t('trend.asks')}
      help={<Help lines={t('trend.help', { returnObjects: true }) as unknown as string[]} />}
      sentence={questionSentence(question, any, names)}
      builder={<TrendBuilder question={question} onChange={setQuestion} />}
      state={state}
      unread={unread}
      isEmpty={isEmpty}
      overlay={cells.element}
      onWiden={() => setQuestion((old) => ({ ...old, range: { last: 180 }, interval: old.interval === 'hour' ? 'day' : old.interval }))}
      controls={
        <>
          <RangePicker value={question.range} onChange={(range) => setQuestion((old) => ({ ...old, range }))} />
          <Choice<Interval>
            label={any('question:interval.label')}
            value={question.interval}
            options={INTERVALS.map((value) => ({ value, label: any(`question:interval.${value}`) }))}
            onChange={(interval) => setQuestion((old) => ({ ...old, interval }))}
          />
          <Choice
            label={t('trend.chart')}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`trend.${value}`) }))}
            onChange={(k) => setView('chart', k === 'line' ? undefined : k)}
          />
          <label className="weir-row">
            <Switch
              size="small"
              checked={question.compare !== undefined}
              onChange={(on) => setQuestion((old) => (on ? { ...old, compare: 'previous' } : (without(old, 'compare') as Trend)))}
            />
            {t('trend.compare')}
          </label>
        </>
      }
    >
      {(answered) => <TrendAnswerView question={answered.question} answer={answered.answer} kind={kind} cells={cells} />}
    </QuestionPage>
  )
}
