import { useTranslation } from 'react-i18next'
import { useNames } from '@/components/catalog'
import QuestionPage from '@/components/question/QuestionPage'
import RangePicker from '@/components/question/RangePicker'
import { questionSentence } from '@/components/question/sentence'
import { useAnswer } from '@/components/question/useAnswer'
import { useAsked } from '@/components/question/useAsked'
import { useCells } from '@/components/question/useCells'
import { hasEvent, without } from '@/query/condition'
import { LIMITS } from '@/query/defaults'
import { INTERVALS, type Funnel, type Interval } from '@/query/types'
import type { FunnelAnswer } from '../answers'
import { Choice, Help } from '../controls'
import FunnelAnswerView from './FunnelAnswerView'
import FunnelBuilder from './FunnelBuilder'
import FunnelExamples from './FunnelExamples'
import { isEmpty } from './model'

const SHOWN = ['bars', 'trend', 'histogram'] as const
type Shown = (typeof SHOWN)[number]

/** How far persons get, and where they drop off. */
export default function FunnelPage() {
  const { t } = useTranslation('analyse')
  const { t: any } = useTranslation()
  const { question, unread, setQuestion } = useAsked('funnel')
  const state = useAnswer<Funnel, FunnelAnswer>(question)
  const names = useNames()
  const breakDown = () => setQuestion((old) => ({ ...old, breakdown: [...(old.breakdown ?? []), { property: '' }] }))
  const cells = useCells({ onBreakdown: (question.breakdown?.length ?? 0) < LIMITS.breakdowns ? breakDown : undefined })
  const shown: Shown = question.trend ? 'trend' : question.histogram ? 'histogram' : 'bars'
  const show = (next: Shown) =>
    setQuestion((old) => {
      const rest = without(old, 'trend', 'histogram') as Funnel
      if (next === 'trend') return { ...rest, trend: 'day' }
      return next === 'histogram' ? { ...rest, histogram: true } : rest
    })
  return (
    <QuestionPage
      title={t('funnel.title')}
      asks={t('funnel.asks')}
      help={<Help lines={t('funnel.help', { returnObjects: true }) as unknown as string[]} />}
      sentence={questionSentence(question, any, names)}
      builder={<FunnelBuilder question={question} onChange={setQuestion} />}
      state={state}
      unread={unread}
      isEmpty={isEmpty}
      overlay={cells.element}
      start={
        question.steps.every((step) => !hasEvent(step.event)) && (
          <FunnelExamples onChoose={(names) => setQuestion((old) => ({ ...old, steps: names.map((event) => ({ event })) }))} />
        )
      }
      onWiden={() => setQuestion((old) => ({ ...old, range: { last: 180 } }))}
      controls={
        <>
          <RangePicker value={question.range} onChange={(range) => setQuestion((old) => ({ ...old, range }))} />
          <Choice<Shown>
            label={t('funnel.show')}
            value={shown}
            options={SHOWN.map((value) => ({ value, label: t(`funnel.${value}`) }))}
            onChange={show}
          />
          {question.trend && (
            <Choice<Interval>
              label={t('funnel.interval')}
              value={question.trend}
              options={INTERVALS.map((value) => ({ value, label: any(`question:interval.${value}`) }))}
              onChange={(trend) => setQuestion((old) => ({ ...old, trend }))}
            />
          )}
        </>
      }
    >
      {(answered) => <FunnelAnswerView question={answered.question} answer={answered.answer} cells={cells} />}
    </QuestionPage>
  )
}
