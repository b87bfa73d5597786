import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { inkOn, sequential } from '@/charts/palette'
import DataTable, { type ShownColumn } from '@/components/question/DataTable'
import question from '@/components/question/question.module.css'
import { useFormat } from '@/lib/useFormat'
import { useTheme } from '@/lib/useTheme'
import { longBucket } from '../answers'
import { scaleOf, type Cohort, type Column, type Period } from './model'
import styles from './retention.module.css'

export interface HeatMapProps {
  cohorts: readonly Cohort[]
  average: Cohort
  columns: readonly Column[]
  columnName: (column: Column) => string
  /** Shares of the cohort, or the figures themselves. */
  percent: boolean
  /** Sums have no share; they are shown per person instead. */
  summed: boolean
  onOpen: (cohort: Cohort, column: Column | undefined, at: HTMLElement) => void
}

/** Cohorts by periods, coloured by the share that came back; what is not over is hatched and marked. */
export default function HeatMap({ cohorts, average, columns, columnName, percent, summed, onOpen }: HeatMapProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const format = useFormat()
  const { dark } = useTheme()
  const scale = useMemo(() => scaleOf([...cohorts, average]) || 1, [cohorts, average])
  const cohortName = (row: Cohort) => (row.date === '' ? t('retention.average') : longBucket(row.date, format))
  const figure = (cell: Period, isAverage: boolean): string => {
    if (summed) return format.number(percent || isAverage ? cell.share : cell.value)
    return percent || isAverage ? format.percent(cell.share) : format.full(cell.value)
  }
  const shownColumns: ShownColumn<Cohort>[] = [
    {
      key: 'cohort',
      title: t('retention.cohort_day'),
      sticky: true,
      value: (row) => (row.date === '' ? t('retention.average') : row.date),
      render: (row) => <span className={row.date === '' ? styles.average : undefined}>{cohortName(row)}</span>,
    },
    {
      key: 'size',
      title: t('retention.size'),
      numeric: true,
      value: (row) => row.size,
      render: (row) =>
        row.date === '' || row.size === 0 ? (
          format.full(row.size)
        ) : (
          <button
            type="button"
            className={question.cell}
            aria-label={q('table.open', { title: t('retention.cohort_title', { cohort: cohortName(row) }), value: format.full(row.size) })}
            onClick={(e) => onOpen(row, undefined, e.currentTarget)}
          >
            {format.full(row.size)}
          </button>
        ),
    },
    ...columns.map((column): ShownColumn<Cohort> => ({
      key: String(column.index),
      title: columnName(column),
      numeric: true,
      flush: true,
      value: (row) => exported(row, column, percent || summed),
      render: (row) => {
        const cell = row.cells[column.index] as Period
        if (cell.future || cell.value === null || row.size === 0) return <span className={styles.cell} />
        const text = figure(cell, row.date === '')
        const shade = sequential(dark, (cell.share ?? 0) / scale)
        const look = { backgroundColor: shade, color: inkOn(shade) }
        const name = t('retention.cell', { cohort: cohortName(row), period: columnName(column), value: text })
        if (row.date === '') {
          return (
            <span className={`${styles.cell} ${styles.average}`} style={look}>
              {text}
            </span>
          )
        }
        return (
          <button
            type="button"
            className={cell.incomplete ? `${styles.cell} ${styles.open}` : styles.cell}
            style={look}
            aria-label={cell.incomplete ? `${name} (${t('retention.incomplete_full')})` : name}
            title={cell.incomplete ? t('retention.incomplete_full') : undefined}
            onClick={(e) => onOpen(row, column, e.currentTarget)}
          >
            {text}
            {cell.incomplete && <span className={styles.mark}>*</span>}
          </button>
        )
      },
    })),
  ]
  const open = cohorts.some((c) => c.cells.some((cell) => cell.incomplete && !cell.future))
  const note = `${open ? `* ${t('retention.incomplete_full')} · ` : ''}${t('retention.average_note')}`
  return (
    <DataTable
      rows={cohorts}
      pinned={[average]}
      columns={shownColumns}
      rowKey={(row) => row.date || 'average'}
      caption={t('retention.table')}
      file="weir-retention"
      note={note}
    />
  )
}

function exported(row: Cohort, column: Column, share: boolean): number | null {
  const cell = row.cells[column.index]
  if (!cell || cell.future) return null
  return share || row.date === '' ? cell.share : cell.value
}
