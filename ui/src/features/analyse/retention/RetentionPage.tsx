import { useTranslation } from 'react-i18next'
import { useNames } from '@/components/catalog'
import QuestionPage from '@/components/question/QuestionPage'
import RangePicker from '@/components/question/RangePicker'
import { questionSentence } from '@/components/question/sentence'
import { useAnswer } from '@/components/question/useAnswer'
import { useAsked } from '@/components/question/useAsked'
import { useCells } from '@/components/question/useCells'
import type { Retention, RetentionInterval } from '@/query/types'
import type { RetentionAnswer } from '../answers'
import { Choice, Help } from '../controls'
import { isEmpty } from './model'
import RetentionAnswerView from './RetentionAnswerView'
import RetentionBuilder from './RetentionBuilder'

const RETENTION_INTERVALS: RetentionInterval[] = ['day', 'week', 'month']

/** Whether persons come back. */
export default function RetentionPage() {
  const { t } = useTranslation('analyse')
  const { t: any } = useTranslation()
  const { question, view, unread, setQuestion, setView } = useAsked('retention')
  const state = useAnswer<Retention, RetentionAnswer>(question)
  const names = useNames()
  const cells = useCells()
  const show = view.show === 'curve' ? 'curve' : 'heat'
  const percent = view.values !== 'numbers'
  return (
    <QuestionPage
      title={t('retention.title')}
      asks={t('retention.asks')}
      help={<Help lines={t('retention.help', { returnObjects: true }) as unknown as string[]} />}
      sentence={questionSentence(question, any, names)}
      builder={<RetentionBuilder question={question} onChange={setQuestion} />}
      state={state}
      unread={unread}
      isEmpty={isEmpty}
      overlay={cells.element}
      onWiden={() => setQuestion((old) => ({ ...old, range: { last: 180 }, interval: old.interval === 'day' ? 'week' : old.interval }))}
      controls={
        <>
          <RangePicker value={question.range} onChange={(range) => setQuestion((old) => ({ ...old, range }))} />
          <Choice<RetentionInterval>
            label={any('question:interval.label')}
            value={question.interval}
            options={RETENTION_INTERVALS.map((value) => ({ value, label: any(`question:interval.${value}`) }))}
            onChange={(interval) => setQuestion((old) => ({ ...old, interval }))}
          />
          <Choice<'heat' | 'curve'>
            label={t('retention.show')}
            value={show}
            options={(['heat', 'curve'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
            onChange={(value) => setView('show', value === 'curve' ? value : undefined)}
          />
          <Choice<'percent' | 'numbers'>
            label={t('retention.values')}
            value={percent ? 'percent' : 'numbers'}
            options={(['percent', 'numbers'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
            onChange={(value) => setView('values', value === 'numbers' ? value : undefined)}
          />
        </>
      }
    >
      {(answered) => (
        <RetentionAnswerView question={answered.question} answer={answered.answer} show={show} percent={percent} cells={cells} />
      )}
    </QuestionPage>
  )
}
