import type { DateRange, Preset, Range } from './types'

/** Local calendar dates are handled as strings `YYYY-MM-DD` and moved in UTC, where every day has 24 hours. */
const DAY = 86_400_000

const stamp = (date: string): number => Date.parse(`${date}T00:00:00Z`)
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const addDays = (date: string, days: number): string => text(stamp(date) + days * DAY)
export const daysBetween = (from: string, to: string): number => Math.round((stamp(to) - stamp(from)) / DAY)

/** Whether the text is a real calendar date, so that 2026-02-30 is not taken for 2 March. */
export function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(stamp(value)) && text(stamp(value)) === value
}

/** Today's date in an IANA zone. */
export function todayIn(zone: string, now: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
}

/** weekStart is 0 for Sunday … 6 for Saturday, as in the project's settings. */
export function resolveRange(range: Range, today: string, weekStart = 1): DateRange {
  if ('from' in range) return { from: range.from, to: range.to }
  if ('last' in range) return { from: addDays(today, 1 - range.last), to: today }
  return resolvePreset(range.preset, today, weekStart)
}

function resolvePreset(preset: Preset, today: string, weekStart: number): DateRange {
  const month = `${today.slice(0, 7)}-01`
  const week = addDays(today, -((new Date(stamp(today)).getUTCDay() - weekStart + 7) % 7))
  switch (preset) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) }
    case 'this_week':
      return { from: week, to: today }
    case 'last_week':
      return { from: addDays(week, -7), to: addDays(week, -1) }
    case 'this_month':
      return { from: month, to: today }
    case 'last_month': {
      const end = addDays(month, -1)
      return { from: `${end.slice(0, 7)}-01`, to: end }
    }
    case 'this_year':
      return { from: `${today.slice(0, 4)}-01-01`, to: today }
  }
}
