// How numbers, money and times are written. Pure functions; pages use the hook
// useFormat, which fills in the language and the project's zone and currency.

import type { Language } from '@/api/types'

const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' }

/** What stands where there is no value. */
export const noValue = '–'

const zhUnits: [number, string][] = [[1e8, '亿'], [1e4, '万']]
const enUnits: [number, string][] = [[1e9, 'B'], [1e6, 'M'], [1e3, 'k']]

function missing(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined || !Number.isFinite(value)
}

function plain(value: number, language: Language, digits: number): string {
  return new Intl.NumberFormat(locales[language], { maximumFractionDigits: digits }).format(value)
}

/** A number in full: 1,234,567. */
export function formatFull(value: number | null | undefined, language: Language, digits = 2): string {
  return missing(value) ? noValue : plain(value, language, digits)
}

/**
 * A number as read at a glance: 12.3 万 and 1.2 亿 in Chinese, 12.3k and 1.2M in
 * English. Numbers below ten thousand stay whole in both.
 */
export function formatNumber(value: number | null | undefined, language: Language): string {
  if (missing(value)) return noValue
  const size = Math.abs(value)
  if (size < 1e4) return plain(value, language, Number.isInteger(value) ? 0 : size < 10 ? 2 : 1)
  const units = language === 'zh' ? zhUnits : enUnits
  for (const [index, [unit, name]] of units.entries()) {
    // A value that would round to a thousand of its unit belongs to the larger one.
    const rounded = Number((size / unit).toPrecision(3))
    if (rounded < 1) continue
    const larger = units[index - 1]
    if (larger && rounded * unit >= larger[0]) return signed(value, 1, larger[1], language)
    return signed(value, rounded, name, language)
  }
  return plain(value, language, 0)
}

function signed(value: number, magnitude: number, unit: string, language: Language): string {
  const text = plain(magnitude, language, 2)
  const gap = language === 'zh' ? '\u00a0' : ''
  return `${value < 0 ? '-' : ''}${text}${gap}${unit}`
}

/** A share given as 0…1; digits behind the point unless it is tiny. */
export function formatPercent(share: number | null | undefined, language: Language, digits = 1): string {
  if (missing(share)) return noValue
  const tiny = share !== 0 && Math.abs(share) < 0.001
  return new Intl.NumberFormat(locales[language], {
    style: 'percent',
    minimumFractionDigits: tiny ? 2 : digits,
    maximumFractionDigits: tiny ? 2 : digits,
  }).format(share)
}

/** An amount of money: exact below ten thousand, short above. */
export function formatMoney(value: number | null | undefined, currency: string, language: Language): string {
  if (missing(value)) return noValue
  const symbol = currencySymbol(currency, language)
  const size = Math.abs(value)
  const text = size < 1e4
    ? new Intl.NumberFormat(locales[language], { minimumFractionDigits: Number.isInteger(size) ? 0 : 2, maximumFractionDigits: 2 }).format(size)
    : formatNumber(size, language)
  return `${value < 0 ? '-' : ''}${symbol}${text}`
}

/** An amount of money in full, for tables that are added up. */
export function formatMoneyFull(value: number | null | undefined, currency: string, language: Language): string {
  if (missing(value)) return noValue
  const text = new Intl.NumberFormat(locales[language], { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Math.abs(value))
  return `${value < 0 ? '-' : ''}${currencySymbol(currency, language)}${text}`
}

/** «¥» for CNY, «€» for EUR; the code itself where there is no sign. */
export function currencySymbol(currency: string, language: Language): string {
  try {
    const parts = new Intl.NumberFormat(locales[language], { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).formatToParts(0)
    const symbol = parts.find((part) => part.type === 'currency')?.value ?? currency
    return symbol.length > 1 ? `${symbol}\u00a0` : symbol
  } catch {
    return currency ? `${currency}\u00a0` : ''
  }
}

type Instant = string | number | Date | null | undefined

function instant(value: Instant): Date | null {
  if (value === null || value === undefined || value === '') return null
  const date = value instanceof Date ? value : new Date(value)
  return Number.isNaN(date.getTime()) ? null : date
}

function parts(date: Date, zone: string, language: Language): Record<string, string> {
  const format = new Intl.DateTimeFormat(locales[language], {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', weekday: 'short',
  })
  return Object.fromEntries(format.formatToParts(date).map((part) => [part.type, part.value]))
}

/** «2026-01-31», the local date of an instant. */
export function localDay(value: Instant, zone: string): string {
  const date = instant(value)
  if (!date) return ''
  const p = parts(date, zone, 'en')
  return `${p.year}-${p.month}-${p.day}`
}

/** «2026-01-31 (周六)». A plain local date such as a bucket is not shifted by the zone. */
export function formatDate(value: Instant, zone: string, language: Language): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(`${value}T12:00:00Z`, 'UTC', language)
  const date = instant(value)
  if (!date) return noValue
  const p = parts(date, zone, language)
  return `${p.year}-${p.month}-${p.day} (${p.weekday})`
}

/** «2026-01-31 14:05», with seconds on wish. */
export function formatDateTime(value: Instant, zone: string, language: Language, seconds = false): string {
  const date = instant(value)
  if (!date) return noValue
  const p = parts(date, zone, language)
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}${seconds ? `:${p.second}` : ''}`
}

/** «14:05:09». */
export function formatTime(value: Instant, zone: string): string {
  const date = instant(value)
  if (!date) return noValue
  const p = parts(date, zone, 'en')
  return `${p.hour}:${p.minute}:${p.second}`
}

const durationUnits: [number, string, string][] = [[86400, '天', 'd'], [3600, '小时', 'h'], [60, '分', 'min'], [1, '秒', 's']]

/** A length of time by its two largest units: «2 天 3 小时», «2 d 3 h». */
export function formatDuration(seconds: number | null | undefined, language: Language): string {
  if (missing(seconds)) return noValue
  const unitName = (zh: string, en: string) => (language === 'zh' ? zh : en)
  if (seconds < 1) return seconds <= 0 ? `0 ${unitName('秒', 's')}` : `< 1 ${unitName('秒', 's')}`
  let rest = Math.round(seconds)
  const words: string[] = []
  for (const [size, zh, en] of durationUnits) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count} ${unitName(zh, en)}`)
    else if (words.length > 0) break
    if (words.length === 2) break
  }
  return words.join(' ')
}

const relativeUnits: [number, Intl.RelativeTimeFormatUnit][] = [[86400 * 365, 'year'], [86400 * 30, 'month'], [86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]

/** How long ago: «3 分钟前», «3 minutes ago». */
export function formatRelative(value: Instant, now: number, language: Language): string {
  const date = instant(value)
  if (!date) return noValue
  const seconds = Math.round((date.getTime() - now) / 1000)
  const format = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' })
  for (const [size, unit] of relativeUnits) {
    if (Math.abs(seconds) >= size) return spaced(format.format(Math.trunc(seconds / size), unit))
  }
  return format.format(0, 'second')
}

/** A blank between a figure and a Chinese word, as everywhere else. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/u, '$1 ')
}
