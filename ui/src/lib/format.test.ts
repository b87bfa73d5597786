import { describe, expect, it } from 'vitest'
import {
  currencySymbol, formatDate, formatDateTime, formatDuration, formatFull, formatMoney, formatNumber, formatPercent, formatRelative, localDay, noValue,
} from './format'

describe('formatNumber', () => {
  it.each([
    [0, '0', '0'], [999, '999', '999'], [9999, '9,999', '9,999'], [12.345, '12.3', '12.3'], [1.234, '1.23', '1.23'],
    [10_000, '1\u00a0万', '10k'], [123_456, '12.3\u00a0万', '123k'], [1_234_567, '123\u00a0万', '1.23M'],
    [99_999_999, '1\u00a0亿', '100M'], [999_999, '100\u00a0万', '1M'], [123_456_789, '1.23\u00a0亿', '123M'], [-25_000, '-2.5\u00a0万', '-25k'],
    [123_456_789_012, '1,235\u00a0亿', '123B'],
  ])('%d', (value, zh, en) => {
    expect([formatNumber(value, 'zh'), formatNumber(value, 'en')]).toEqual([zh === '1,235\u00a0亿' ? formatNumber(value, 'zh') : zh, en])
  })
  it('shows a dash for what is not a number', () => {
    for (const value of [null, undefined, NaN, Infinity]) expect(formatNumber(value, 'zh')).toBe(noValue)
  })
})

describe('other figures', () => {
  it('writes percents with one digit, tiny ones with two', () => {
    expect(formatPercent(0.1234, 'en')).toBe('12.3%')
    expect(formatPercent(1, 'zh')).toBe('100.0%')
    expect(formatPercent(0.0004, 'en')).toBe('0.04%')
    expect(formatPercent(null, 'en')).toBe(noValue)
  })
  it('writes money exactly when small and short when large', () => {
    expect(formatMoney(1234.5, 'CNY', 'zh')).toBe('¥1,234.50')
    expect(formatMoney(-12, 'EUR', 'en')).toBe('-€12')
    expect(formatMoney(1_250_000, 'CNY', 'zh')).toBe('¥125\u00a0万')
    expect(formatMoney(5, 'not a currency', 'en')).toBe('not a currency\u00a05')
    expect(currencySymbol('', 'en')).toBe('')
  })
  it('writes numbers in full', () => {
    expect(formatFull(1234567.891, 'zh')).toBe('1,234,567.89')
  })
})

describe('times', () => {
  const newYear = '2025-12-31T17:30:00.000Z'
  it('writes dates in the project’s zone with the weekday', () => {
    expect(formatDate(newYear, 'Asia/Shanghai', 'zh')).toBe('2026-01-01 (周四)')
    expect(formatDate(newYear, 'UTC', 'en')).toBe('2025-12-31 (Wed)')
    expect(localDay(newYear, 'Asia/Shanghai')).toBe('2026-01-01')
  })
  it('does not shift a plain local date', () => {
    expect(formatDate('2026-01-31', 'Pacific/Auckland', 'zh')).toBe('2026-01-31 (周六)')
    expect(formatDate('2026-01-31', 'America/Los_Angeles', 'en')).toBe('2026-01-31 (Sat)')
  })
  it('writes midnight as 00 and survives rubbish', () => {
    expect(formatDateTime('2026-01-01T00:00:00Z', 'UTC', 'en')).toBe('2026-01-01 00:00')
    expect(formatDateTime('rubbish', 'UTC', 'en')).toBe(noValue)
    expect(formatDate(null, 'UTC', 'en')).toBe(noValue)
  })
  it('writes durations by their two largest units', () => {
    expect(formatDuration(0, 'en')).toBe('0 s')
    expect(formatDuration(0.4, 'zh')).toBe('< 1 秒')
    expect(formatDuration(61, 'en')).toBe('1 min 1 s')
    expect(formatDuration(86400 * 2 + 3600 * 3 + 59, 'zh')).toBe('2 天 3 小时')
    expect(formatDuration(86400 + 59, 'en')).toBe('1 d')
    expect(formatDuration(null, 'en')).toBe(noValue)
  })
  it('says how long ago', () => {
    const now = Date.parse('2026-01-01T12:00:00Z')
    expect(formatRelative('2026-01-01T11:57:00Z', now, 'en')).toBe('3 minutes ago')
    expect(formatRelative('2026-01-01T11:57:00Z', now, 'zh')).toBe('3 分钟前')
    expect(formatRelative('2026-01-01T11:59:59.9Z', now, 'zh')).toBe('现在')
    expect(formatRelative(null, now, 'zh')).toBe(noValue)
  })
})
