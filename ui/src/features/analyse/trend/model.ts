/** The lines of a trend's answer: what they are called, and which of them the chart shows. */
import type { Names, Translate } from '@/components/condition/sentence'
import { seriesSentence, valueName } from '@/components/question/sentence'
import type { BreakdownValue, Trend, TrendCell } from '@/query/types'
import type { TrendAnswer, TrendSeries } from '../answers'

export interface Line {
  /** The same line keeps its key, and with it its colour, from one answer to the next. */
  key: string
  name: string
  series: number
  formula: boolean
  breakdown: BreakdownValue[] | null
  values: (number | null)[]
  total: number | null
  /** The same line over the range before. */
  previous?: { values: (number | null)[]; total: number | null }
}

/** More lines than this nobody can tell apart. */
export const MOST_LINES = 10

export const letter = (index: number): string => String.fromCharCode(65 + index)

export function linesOf(answer: TrendAnswer, question: Trend, t: Translate, names: Names): Line[] {
  const before = new Map(answer.compare?.map((s, i) => [keyOf(s, i), s]))
  return answer.series.map((s, i) => {
    const key = keyOf(s, i)
    const previous = before.get(key)
    return {
      key,
      name: lineName(s, question, t, names),
      series: s.series,
      formula: s.formula === true,
      breakdown: s.breakdown,
      values: s.values,
      total: s.total,
      ...(previous && { previous: { values: previous.values, total: previous.total } }),
    }
  })
}

const keyOf = (s: TrendSeries, index: number): string => `${s.formula ? 'f' : (s.series ?? index)} ${JSON.stringify(s.breakdown ?? [])}`

function lineName(s: TrendSeries, question: Trend, t: Translate, names: Names): string {
  const group = (s.breakdown ?? []).map((v, i) => valueName(v, question.breakdown?.[i], t, names)).join(' · ')
  const asked = question.series[s.series]
  const own = s.formula ? (question.formula ?? s.name) : asked ? seriesSentence(asked, t, names) : s.name
  const several = question.series.length > 1 || question.formula !== undefined
  if (group === '') return several && !s.formula ? `${letter(s.series)} ${own}` : own
  return several ? `${s.formula ? own : letter(s.series)} · ${group}` : group
}

/** The largest lines; those of formulas among them, however small their figures are beside counts. */
export function charted(lines: readonly Line[], hidden: ReadonlySet<string>): Line[] {
  const bySize = [...lines].sort((a, b) => Number(b.formula) - Number(a.formula) || (b.total ?? 0) - (a.total ?? 0))
  const chosen = new Set(bySize.slice(0, MOST_LINES))
  return lines.filter((line) => chosen.has(line) && !hidden.has(line.key))
}

/** The cell of a line, in one bucket or over the whole range. A formula has no persons. */
export function cellOf(line: Line, bucket?: string, previous?: boolean): TrendCell | null {
  if (line.formula) return null
  return {
    series: line.series,
    ...(bucket !== undefined && { bucket }),
    ...(line.breakdown && line.breakdown.length > 0 && { breakdown: line.breakdown }),
    ...(previous && { previous }),
  }
}

/** The relative change of a total against the range before; null where that had nothing. */
export function change(line: Line): number | null {
  const before = line.previous?.total
  if (!before || line.total === null) return null
  return line.total / before - 1
}

export const isEmpty = (answer: TrendAnswer): boolean => answer.series.every((s) => !s.total && s.values.every((v) => !v))
