import { describe, expect, it } from 'vitest'
import type { Campaign, CampaignCounts, CampaignReport, ConversionLift } from '@/api/types'
import { extraPersons, fillHours, findCampaigns, intervalScale, progressOf, rateOf, readingOf } from './model'

const lift = (value: number, low: number, high: number) => ({ extra_persons: value, extra_persons_low: low, extra_persons_high: high }) as ConversionLift
const arm = (persons: number) => ({ persons, converted: 1, rate: 0.1, revenue: 0, revenue_per_person: 0 })
const report = {
  goal: { event: 'pay', days: 7 }, arms: { treatment: arm(90), holdout: arm(10) }, verdict: 'gain', lift: { conversion: lift(23, 5, 41), revenue: null }, links: [], hours: [],
} as unknown as CampaignReport

describe('progressOf', () => {
  it('counts what was tried, failures included', () => {
    expect(progressOf({ sent: 60, failed: 15, queued: 25 } as CampaignCounts)).toEqual({ done: 75, total: 100, share: 0.75 })
    expect(progressOf({ sent: 0, failed: 0, queued: 0 } as CampaignCounts).share).toBe(0)
  })
})

describe('readingOf', () => {
  it.each([
    ['clear', report],
    ['no_goal', { ...report, goal: null }],
    ['waiting', { ...report, arms: null }],
    ['waiting', { ...report, arms: { treatment: arm(0), holdout: arm(0) } }],
    ['no_holdout', { ...report, arms: { treatment: arm(90), holdout: arm(0) } }],
    ['too_small', { ...report, verdict: 'too_small' }],
    ['unbalanced', { ...report, verdict: 'unbalanced' }],
  ] as [string, CampaignReport][])('is %s', (reading, given) => {
    expect(readingOf(given)).toBe(reading)
  })
})

describe('extraPersons', () => {
  it('is a gain or a loss only when the whole interval is', () => {
    expect(extraPersons(lift(22.6, 4.8, 41.2))).toEqual({ value: 23, low: 5, high: 41, tone: 'gain' })
    expect(extraPersons(lift(-20, -40, -1)).tone).toBe('loss')
    expect(extraPersons(lift(5, -3, 12)).tone).toBe('none')
  })
})

describe('intervalScale', () => {
  it('keeps all in sight and in order, zero too', () => {
    for (const [low, value, high] of [[5, 23, 41], [-40, -20, -1], [-3, 5, 12], [0, 0, 0]] as const) {
      const scale = intervalScale({ low, value, high })
      expect(scale.low).toBeLessThanOrEqual(scale.value)
      expect(scale.value).toBeLessThanOrEqual(scale.high)
      for (const place of Object.values(scale)) expect(place >= 0 && place <= 1).toBe(true)
    }
    expect(intervalScale({ low: 5, value: 23, high: 41 }).zero).toBeLessThan(intervalScale({ low: 5, value: 23, high: 41 }).low)
  })
})

describe('lists', () => {
  const campaigns = [{ id: 'c1', name: '召回老客', subject: 'Hi', status: 'done' }, { id: 'c2', name: 'Spring', subject: '春', status: 'draft' }] as Campaign[]
  it('are found by words in name or subject, and by status', () => {
    expect(findCampaigns(campaigns, '春', '').map((c) => c.id)).toEqual(['c2'])
    expect(findCampaigns(campaigns, '', 'done').map((c) => c.id)).toEqual(['c1'])
    expect(findCampaigns(campaigns, 'spring', 'done')).toEqual([])
  })
  it('have no rate of nothing', () => {
    expect([rateOf(1, 0), rateOf(1, 4)]).toEqual([null, 0.25])
  })
})

describe('fillHours', () => {
  const hour = (bucket: string, sent: number) => ({ bucket, sent, opened: 0, clicked: 0 })
  it('shows quiet hours', () => {
    expect(fillHours([hour('2026-01-01T10:00:00.000Z', 5), hour('2026-01-01T13:00:00.000Z', 1)]).map((h) => h.sent)).toEqual([5, 0, 0, 1])
    expect(fillHours([])).toEqual([])
  })
  it('leaves long spans alone', () => {
    const long = [hour('2026-01-01T10:00:00.000Z', 5), hour('2026-03-01T10:00:00.000Z', 1)]
    expect(fillHours(long)).toBe(long)
  })
})
