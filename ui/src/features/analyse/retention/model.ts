/** What a retention answer says, as rows and columns that can be shown. */
import { addDays } from '@/query/range'
import type { Retention, RetentionCell } from '@/query/types'
import type { RetentionAnswer } from '../answers'

export interface Column {
  index: number
  /** First interval of the column; columns of brackets span several. */
  from: number
  to: number
}

export interface Cohort {
  /** Its date; '' is the weighted average. */
  date: string
  size: number
  cells: Period[]
}

export interface Period {
  /** Persons who returned, or what their returns add up to. */
  value: number | null
  /** Per person of the cohort. */
  share: number | null
  incomplete: boolean
  /** Not even begun: there is nothing to show yet. */
  future: boolean
}

export const columnsOf = (answer: RetentionAnswer): Column[] =>
  (answer.columns ?? (answer.average.map((_, i) => [i, i]) as [number, number][])).map(([from, to], index) => ({ index, from, to }))

export function cohortsOf(answer: RetentionAnswer, question: Retention, today: string): Cohort[] {
  const columns = columnsOf(answer)
  return answer.rows.map((row) => ({
    date: row.cohort,
    size: row.size,
    cells: columns.map(({ index, from }) => {
      const value = row.values[index] ?? null
      return {
        value,
        share: value === null || row.size === 0 ? null : value / row.size,
        incomplete: row.incomplete[index] === true,
        future: startOf(row.cohort, from, question) > today,
      }
    }),
  }))
}

/** The day on which the n-th interval after a cohort's date begins at the earliest. */
function startOf(cohort: string, n: number, question: Retention): string {
  const date = cohort.slice(0, 10)
  if (question.interval === 'day') return addDays(date, n)
  if (question.interval === 'week') return addDays(date, 7 * n)
  if (question.mode === 'rolling') return addDays(date, 30 * n)
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + n]
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10)
}

/** The weighted average as a row of its own. */
export function averageRow(answer: RetentionAnswer, cohorts: readonly Cohort[]): Cohort {
  return {
    date: '',
    size: cohorts.reduce((sum, c) => sum + c.size, 0),
    cells: columnsOf(answer).map(({ index }) => {
      const share = answer.average[index] ?? null
      return { value: share, share, incomplete: false, future: share === null }
    }),
  }
}

/** The largest share outside the start column, which colours are measured by: column 0 is 100 % so often that it would bleach the rest. */
export function scaleOf(cohorts: readonly Cohort[]): number {
  return Math.max(0, ...cohorts.flatMap((c) => c.cells.slice(1).map((cell) => (cell.future ? 0 : (cell.share ?? 0)))))
}

export function cellOf(cohort: Cohort, column?: Column, returned = true): RetentionCell {
  return { cohort: cohort.date, ...(column && { period: column.index }), ...(!returned && { returned: false }) }
}

export const isEmpty = (answer: RetentionAnswer): boolean => answer.rows.every((row) => row.size === 0)
