import { hasEvent } from './condition'
import { LIMITS } from './defaults'
import { daysBetween, isDate } from './range'
import type { Breakdown, Funnel, Question, Range, Retention, Trend } from './types'

/** What keeps a question from being asked: where, and a code with its figures that the page puts into words. */
export interface Problem {
  where: string
  code: ProblemCode
  n?: number
}
export type ProblemCode =
  | 'event_missing'
  | 'property_missing'
  | 'breakdown_missing'
  | 'range_reversed'
  | 'date_wrong'
  | 'days_wrong'
  | 'formula_unknown'
  | 'formula_wrong'
  | 'window_wrong'
  | 'too_few_steps'
  | 'too_many'
  | 'periods_wrong'
  | 'too_many_buckets'

/** Every problem of the question, first things first. An empty list means that it can be asked. */
export function validate(question: Question): Problem[] {
  const found = [...rangeProblems(question.range)]
  switch (question.kind) {
    case 'trend':
      return [...found, ...trendProblems(question)]
    case 'funnel':
      return [...found, ...funnelProblems(question)]
    case 'retention':
      return [...found, ...retentionProblems(question)]
  }
}

function rangeProblems(range: Range): Problem[] {
  if ('last' in range) return Number.isInteger(range.last) && range.last > 0 ? [] : [{ where: 'range', code: 'days_wrong' }]
  if ('preset' in range) return []
  if (!isDate(range.from) || !isDate(range.to)) return [{ where: 'range', code: 'date_wrong' }]
  return range.from > range.to ? [{ where: 'range', code: 'range_reversed' }] : []
}

function trendProblems(q: Trend): Problem[] {
  const found: Problem[] = []
  q.series.forEach((s, i) => {
    if (!hasEvent(s.event)) found.push({ where: `series[${i}]`, code: 'event_missing', n: i + 1 })
    if (typeof s.measure === 'object' && !Object.values(s.measure)[0])
      found.push({ where: `series[${i}].measure`, code: 'property_missing', n: i + 1 })
  })
  if (q.series.length === 0) found.push({ where: 'series', code: 'event_missing', n: 1 })
  if (q.series.length > LIMITS.series) found.push({ where: 'series', code: 'too_many', n: LIMITS.series })
  if (q.formula) found.push(...formulaProblems(q.formula, q.series.length))
  if (q.interval === 'hour' && rangeDays(q.range) > 31) found.push({ where: 'interval', code: 'too_many_buckets', n: 31 })
  return [...found, ...breakdownProblems(q.breakdown)]
}

function rangeDays(range: Range): number {
  if ('last' in range) return range.last
  if ('from' in range) return daysBetween(range.from, range.to) + 1
  return range.preset === 'this_year' ? 366 : 31
}

/** Letters name the series in order; the rest is arithmetic. The server parses it; this catches slips while typing. */
function formulaProblems(formula: string, series: number): Problem[] {
  const where = 'formula'
  if (!/^[A-Z0-9.+\-*/()\s]+$/i.test(formula) || !balanced(formula) || /[+\-*/]\s*$/.test(formula))
    return [{ where, code: 'formula_wrong' }]
  for (const letter of formula.toUpperCase().match(/[A-Z]/g) ?? []) {
    if (letter.charCodeAt(0) - 65 >= series) return [{ where, code: 'formula_unknown', n: series }]
  }
  return []
}

function balanced(text: string): boolean {
  let open = 0
  for (const c of text) {
    if (c === '(') open++
    if (c === ')' && --open < 0) return false
  }
  return open === 0
}

function funnelProblems(q: Funnel): Problem[] {
  const found: Problem[] = []
  q.steps.forEach((s, i) => {
    if (!hasEvent(s.event)) found.push({ where: `steps[${i}]`, code: 'event_missing', n: i + 1 })
  })
  if (q.steps.length < 2) found.push({ where: 'steps', code: 'too_few_steps' })
  if (q.steps.length > LIMITS.steps) found.push({ where: 'steps', code: 'too_many', n: LIMITS.steps })
  if (!(Number.isInteger(q.window.value) && q.window.value > 0)) found.push({ where: 'window', code: 'window_wrong' })
  return [...found, ...breakdownProblems(q.breakdown)]
}

function retentionProblems(q: Retention): Problem[] {
  const found: Problem[] = []
  if (!hasEvent(q.start.event)) found.push({ where: 'start', code: 'event_missing', n: 1 })
  if (!hasEvent(q.return.event)) found.push({ where: 'return', code: 'event_missing', n: 2 })
  if (!(Number.isInteger(q.periods) && q.periods > 0 && q.periods <= LIMITS.periods))
    found.push({ where: 'periods', code: 'periods_wrong', n: LIMITS.periods })
  if (typeof q.measure === 'object' && !q.measure.sum) found.push({ where: 'measure', code: 'property_missing' })
  return found
}

function breakdownProblems(list: Breakdown[] | undefined): Problem[] {
  if (!list) return []
  if (list.length > LIMITS.breakdowns) return [{ where: 'breakdown', code: 'too_many', n: LIMITS.breakdowns }]
  return list.flatMap((b, i) => (breakdownComplete(b) ? [] : [{ where: `breakdown[${i}]`, code: 'breakdown_missing' as const }]))
}

export function breakdownComplete(b: Breakdown): boolean {
  if ('property' in b) return b.property !== ''
  if ('user' in b) return b.user !== ''
  return 'tag' in b ? b.tag !== '' : b.segments.length > 0
}
