import type { Funnel, Kind, Question, Retention, Series, Step, Trend } from './types'

/** The limits of the builders; the server has wider ones of its own. */
export const LIMITS = { series: 8, steps: 12, breakdowns: 3, periods: 90 } as const

export const emptyStep = (): Step => ({ event: '' })
export const defaultSeries = (): Series => ({ event: '*', measure: 'persons' })

const trend = (): Trend => ({ kind: 'trend', range: { last: 30 }, interval: 'day', series: [defaultSeries()] })

const funnel = (): Funnel => ({
  kind: 'funnel',
  range: { last: 30 },
  steps: [emptyStep(), emptyStep()],
  window: { value: 7, unit: 'day' },
  order: 'ordered',
})

const retention = (): Retention => ({
  kind: 'retention',
  range: { last: 30 },
  start: { event: '*' },
  return: { event: '*' },
  interval: 'day',
  periods: 14,
  cohort: 'first_in_range',
  mode: 'calendar',
  criterion: 'on',
})

/** What a page asks when its address says nothing. */
export function defaultQuestion<K extends Kind>(kind: K): Extract<Question, { kind: K }> {
  const make = { trend, funnel, retention } satisfies Record<Kind, () => Question>
  return make[kind]() as Extract<Question, { kind: K }>
}
