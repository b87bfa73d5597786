import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import DataTable, { type ShownColumn } from '@/components/question/DataTable'
import question from '@/components/question/question.module.css'
import { useFormat } from '@/lib/useFormat'
import styles from './funnel.module.css'
import { conversion, type Group, type StepRow } from './model'

export interface FunnelTableProps {
  rows: readonly StepRow[]
  onReached: (row: StepRow, at: HTMLElement) => void
  onSeeDropped: (row: StepRow) => void
  onSaveDropped: (row: StepRow) => void
}

/** The steps in figures, with what can be done about those who dropped off. */
export default function FunnelTable({ rows, onReached, onSeeDropped, onSaveDropped }: FunnelTableProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const format = useFormat()
  const columns: ShownColumn<StepRow>[] = [
    { key: 'n', title: t('funnel.step'), sticky: true, value: (row) => `${row.n} ${row.name}`, render: (row) => `${row.n}  ${row.name}` },
    {
      key: 'count',
      title: t('funnel.persons'),
      numeric: true,
      value: (row) => row.count,
      render: (row) => (
        <button
          type="button"
          className={question.cell}
          aria-label={q('table.open', { title: t('funnel.reached', { step: row.name }), value: format.full(row.count) })}
          onClick={(e) => onReached(row, e.currentTarget)}
        >
          {format.full(row.count)}
        </button>
      ),
    },
    {
      key: 'dropped',
      title: t('funnel.lost'),
      numeric: true,
      value: (row) => row.dropped,
      render: (row) => row.dropped !== null && <Dropped row={row} lost={row.dropped} onSee={onSeeDropped} onSave={onSaveDropped} />,
    },
    {
      key: 'previous',
      title: t('funnel.from_previous'),
      numeric: true,
      value: (row) => (row.n === 1 ? null : row.from_previous),
      render: (row) => (row.n === 1 ? '' : format.percent(row.from_previous)),
    },
    {
      key: 'first',
      title: t('funnel.from_first'),
      numeric: true,
      value: (row) => row.from_first,
      render: (row) => format.percent(row.from_first),
    },
    {
      key: 'median',
      title: t('funnel.median_col'),
      numeric: true,
      value: (row) => row.median_seconds,
      render: (row) => seconds(row, row.median_seconds),
    },
    {
      key: 'average',
      title: t('funnel.average'),
      numeric: true,
      value: (row) => row.average_seconds,
      render: (row) => seconds(row, row.average_seconds),
    },
    { key: 'p90', title: t('funnel.p90'), numeric: true, value: (row) => row.p90_seconds, render: (row) => seconds(row, row.p90_seconds) },
  ]
  const seconds = (row: StepRow, value: number | null) => (row.n === 1 ? '' : format.duration(value))
  return <DataTable rows={rows} columns={columns} rowKey={(row) => String(row.n)} caption={q('table.caption')} file="weir-funnel" />
}

interface DroppedProps {
  row: StepRow
  lost: number
  onSee: (row: StepRow) => void
  onSave: (row: StepRow) => void
}

/** Those who dropped off before a step, with the two things that one does about them. */
function Dropped({ row, lost, onSee, onSave }: DroppedProps) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  if (lost === 0) return format.full(0)
  return (
    <span className={styles.actions}>
      <span className="weir-loss">{format.full(lost)}</span>
      <Button size="small" aria-label={t('funnel.see_dropped_of', { n: row.n, step: row.name })} onClick={() => onSee(row)}>
        {t('funnel.see_dropped')}
      </Button>
      <Button size="small" aria-label={t('funnel.save_dropped_of', { n: row.n, step: row.name })} onClick={() => onSave(row)}>
        {t('funnel.save_dropped')}
      </Button>
    </span>
  )
}

export interface GroupTableProps {
  groups: readonly Group[]
  onReached: (group: Group, row: StepRow, at: HTMLElement) => void
}

/** The breakdown in figures: a row per group, a column per step. */
export function GroupTable({ groups, onReached }: GroupTableProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const format = useFormat()
  const steps = groups[0]?.rows ?? []
  const columns: ShownColumn<Group>[] = [
    { key: 'group', title: t('funnel.group'), sticky: true, value: (group) => group.name, render: (group) => group.name },
    {
      key: 'conversion',
      title: t('funnel.conversion'),
      numeric: true,
      value: (group) => conversion(group.rows),
      render: (group) => format.percent(conversion(group.rows)),
    },
    ...steps.map((step, i): ShownColumn<Group> => ({
      key: String(step.n),
      title: `${step.n} ${step.name}`,
      numeric: true,
      value: (group) => group.rows[i]?.count ?? null,
      render: (group) => {
        const row = group.rows[i] as StepRow
        const title = t('funnel.in_group', { title: t('funnel.reached', { step: row.name }), group: group.name })
        return (
          <button
            type="button"
            className={question.cell}
            aria-label={q('table.open', { title, value: format.full(row.count) })}
            onClick={(e) => onReached(group, row, e.currentTarget)}
          >
            {format.full(row.count)}
          </button>
        )
      },
    })),
  ]
  return (
    <DataTable rows={groups} columns={columns} rowKey={(group) => group.key} caption={t('funnel.by_group')} file="weir-funnel-breakdown" />
  )
}
