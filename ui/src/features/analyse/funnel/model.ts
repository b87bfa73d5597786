/** What a funnel's answer says, in the forms in which it is shown. */
import type { Names, Translate } from '@/components/condition/sentence'
import { stepName, valueName } from '@/components/question/sentence'
import type { BreakdownValue, Funnel, FunnelCell } from '@/query/types'
import type { FunnelAnswer, FunnelStep } from '../answers'

export interface StepRow extends FunnelStep {
  /** From 1, as cells count. */
  n: number
  /** Reached the step before and not this one; null for the first step. */
  dropped: number | null
}

export function stepRows(steps: readonly FunnelStep[], question: Funnel, t: Translate, names: Names): StepRow[] {
  return steps.map((step, i) => {
    const before = steps[i - 1]
    const asked = question.steps[i]
    return {
      ...step,
      n: i + 1,
      name: asked ? stepName(asked, t, names) : step.name,
      dropped: before ? before.count - step.count : null,
    }
  })
}

export interface Group {
  key: string
  name: string
  value: BreakdownValue[]
  rows: StepRow[]
  rest: boolean
}

/** More groups than this the chart cannot show side by side. */
export const MOST_GROUPS = 6

export function groupsOf(answer: FunnelAnswer, question: Funnel, t: Translate, names: Names): Group[] {
  return (answer.breakdown ?? []).map((row) => ({
    key: JSON.stringify(row.value),
    name: row.value.map((v, i) => valueName(v, question.breakdown?.[i], t, names)).join(' · '),
    value: row.value,
    rows: stepRows(row.steps, question, t, names),
    rest: row.value.some((v) => typeof v === 'object' && v !== null),
  }))
}

export const entered = (rows: readonly StepRow[]): number => rows[0]?.count ?? 0
export const converted = (rows: readonly StepRow[]): number => rows.at(-1)?.count ?? 0

/** The share of those who entered that went all the way; null where nobody entered. */
export function conversion(rows: readonly StepRow[]): number | null {
  return entered(rows) === 0 ? null : converted(rows) / entered(rows)
}

/** The step before which most persons were lost; undefined where nobody was. */
export function largestDrop(rows: readonly StepRow[]): StepRow | undefined {
  return rows.reduce<StepRow | undefined>((worst, row) => ((row.dropped ?? 0) > (worst?.dropped ?? 0) ? row : worst), undefined)
}

export function cellOf(row: StepRow, dropped: boolean, group?: Group): FunnelCell {
  return { step: row.n, ...(dropped && { dropped: true }), ...(group && { breakdown: group.value }) }
}

export const isEmpty = (answer: FunnelAnswer): boolean => (answer.steps[0]?.count ?? 0) === 0
