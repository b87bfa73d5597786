import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProject } from '@/app/session'
import type { AnswerMeta } from '@/api/types'
import { useEvents } from '@/components/catalog'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import type { Problem } from '@/query/validate'
import styles from './question.module.css'
import type { AnswerState } from './useAnswer'

export interface QuestionPageProps<Q, A> {
  title: string
  /** What the page answers, in one sentence. */
  asks: string
  help: ReactNode
  sentence: string
  builder: ReactNode
  /** Range, interval and such, above the answer. */
  controls: ReactNode
  state: AnswerState<Q, A>
  unread: string[]
  isEmpty: (answer: A) => boolean
  onWiden: () => void
  /** Shown beneath what is missing while nothing has been asked: a way to a first answer. */
  start?: ReactNode
  /** Menus, drawers and dialogs: they outlive a change of the answer. */
  overlay?: ReactNode
  children: (answered: { question: Q; answer: A }) => ReactNode
}

const FOLDED = 'weir.builder.folded'

/** The page of a question: the builder on the left, the answer on the right. */
export default function QuestionPage<Q, A extends { meta?: AnswerMeta }>(props: QuestionPageProps<Q, A>) {
  const { t } = useTranslation('question')
  const [folded, setFolded] = useState(() => localStorage.getItem(FOLDED) === 'yes')
  const fold = () => {
    localStorage.setItem(FOLDED, folded ? 'no' : 'yes')
    setFolded(!folded)
  }
  const foldLabel = t(folded ? 'builder.unfold' : 'builder.fold')
  return (
    <>
      <PageHeader title={props.title} question={props.asks} help={props.help} />
      <div className={folded ? `${styles.page} ${styles.folded}` : styles.page}>
        <aside className={styles.builder} aria-label={t('builder.label')}>
          <Button
            className={styles.fold}
            size="small"
            type="text"
            icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-expanded={!folded}
            aria-label={foldLabel}
            title={foldLabel}
            onClick={fold}
          />
          <div className={styles.builderBody} hidden={folded}>
            {props.builder}
          </div>
        </aside>
        <div className={styles.answer}>
          <p className={styles.sentence} data-testid="question-sentence">
            {props.sentence}
          </p>
          <div className={styles.controls}>{props.controls}</div>
          {props.unread.length > 0 && <Alert type="warning" showIcon title={t('state.unread', { parts: props.unread.join(', ') })} />}
          <Answer {...props} />
        </div>
      </div>
      {props.overlay}
    </>
  )
}

function Answer<Q, A extends { meta?: AnswerMeta }>({ state, isEmpty, onWiden, start, children }: QuestionPageProps<Q, A>) {
  const { t } = useTranslation('question')
  const format = useFormat()
  const { answered } = state
  if (state.error)
    return (
      <Card>
        <ErrorState error={state.error} onRetry={state.retry} />
      </Card>
    )
  if (!answered) {
    if (state.problems.length > 0) return <Unasked problems={state.problems} start={start} />
    return (
      <Card>
        <BlockLoading height={360} />
      </Card>
    )
  }
  const meta = answered.answer.meta
  return (
    <>
      {state.problems.length > 0 && (
        <Alert type="info" showIcon title={t('state.ask')} description={<Problems problems={state.problems} />} />
      )}
      <div className={state.stale ? 'weir-stale' : undefined} aria-busy={state.stale}>
        {isEmpty(answered.answer) ? <Nothing onWiden={onWiden} /> : <div className={styles.stack16}>{children(answered)}</div>}
      </div>
      <p className={styles.meta} role="status">
        {state.stale
          ? t('state.stale')
          : t('state.elapsed', { ms: format.full(meta?.elapsed_ms ?? 0, 1), events: format.number(meta?.events_scanned ?? 0) })}
      </p>
    </>
  )
}

function Card({ children }: { children: ReactNode }) {
  return <div className="weir-card">{children}</div>
}

/** A range without data, told apart from a project without data, because what to do differs. */
function Nothing({ onWiden }: { onWiden: () => void }) {
  const { t } = useTranslation('question')
  const { id } = useProject()
  const events = useEvents()
  if (events.data?.length === 0) {
    return (
      <Card>
        <Empty
          picture="water"
          title={t('state.no_events')}
          text={t('state.no_events_text')}
          action={{ label: t('state.connect'), to: `/p/${id}/connect` }}
        />
      </Card>
    )
  }
  return (
    <Card>
      <Empty picture="chart" title={t('state.empty')} text={t('state.empty_text')} action={{ label: t('state.widen'), onClick: onWiden }} />
    </Card>
  )
}

function Unasked({ problems, start }: { problems: Problem[]; start?: ReactNode }) {
  const { t } = useTranslation('question')
  return (
    <Card>
      <Empty picture="chart" title={t('state.ask')} text={<Problems problems={problems} />} />
      {start}
    </Card>
  )
}

function Problems({ problems }: { problems: Problem[] }) {
  const { t } = useTranslation('question')
  return (
    <span className={styles.problems}>
      {problems.map((problem) => (
        <span key={`${problem.where} ${problem.code}`}>{problemText(problem, t)}</span>
      ))}
    </span>
  )
}

export function problemText(problem: Problem, t: (key: string, values?: Record<string, unknown>) => string): string {
  const values = { n: problem.n, letter: String.fromCharCode(64 + (problem.n ?? 1)) }
  const list = /^(series|steps)\[/.exec(problem.where)?.[1]
  const key = problem.code === 'event_missing' && list ? `event_missing_${list}` : problem.code
  return t(`question:problem.${key}`, values)
}
