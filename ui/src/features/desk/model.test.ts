import { describe, expect, it } from 'vitest'
import type { Campaign, CampaignReport, CatalogEvent, Intake, Segment, TrendSeries } from '@/api/types'
import { change, deskRange, latestCampaigns, orderEvent, suggestions, valueProperty } from './model'

const event = (name: string, last_seen = '2026-01-30T10:00:00Z'): CatalogEvent => ({ name, count: 1, persons: 1, activity: true, first_seen: null, last_seen })
const intake: Intake = { events_total: 10, persons_total: 5, last_event_at: null, last_minute: 0, rejected_last_hour: 0 }
const campaign = (status: Campaign['status']) => ({ id: 'cmp_1', name: 'Spring', status }) as Campaign
const segment = { id: 'seg_1' } as Segment
const series = (total: number | null): TrendSeries => ({ name: 'x', breakdown: null, values: [], total })

describe('orders', () => {
  it('are found by their usual names, the surest first', () => {
    expect(orderEvent([event('pay'), event('Order_Paid')])).toBe('Order_Paid')
    expect(orderEvent([event('login')])).toBeNull()
  })
  it('have a number for their value', () => {
    expect(valueProperty([{ name: 'amount', types: ['string'], count: 1 }, { name: 'total', types: ['number'], count: 1 }])).toBe('total')
    expect(valueProperty([])).toBeNull()
  })
})

describe('deskRange', () => {
  const day = (time: string) => time.slice(0, 10)
  it('ends today while data comes in', () => {
    expect(deskRange([event('a')], '2026-01-31', day)).toEqual({ from: '2026-01-02', to: '2026-01-31', past: false })
    expect(deskRange([], '2026-01-31', day).past).toBe(false)
  })
  it('ends where history ends', () => {
    expect(deskRange([event('a', '1998-06-30T00:00:00Z'), event('b', '1997-01-01T00:00:00Z')], '2026-01-31', day)).toEqual({ from: '1998-06-01', to: '1998-06-30', past: true })
  })
})

describe('change', () => {
  it('needs something to compare with', () => {
    expect(change(series(120), series(100))).toBeCloseTo(0.2)
    expect(change(series(120), series(0))).toBeNull()
    expect(change(series(null), series(3))).toBeNull()
    expect(change(undefined, undefined)).toBeNull()
  })
})

describe('suggestions', () => {
  const keys = (facts: Partial<Parameters<typeof suggestions>[0]>) => suggestions({ past: false, ...facts }).map((s) => s.key)
  it('an empty project has one thing to do', () => {
    expect(keys({ intake: { ...intake, events_total: 0 }, segments: [], campaigns: [] })).toEqual(['connect'])
  })
  it('puts what is broken first', () => {
    expect(keys({ intake: { ...intake, rejected_last_hour: 3 }, campaigns: [campaign('paused')], segments: [segment], activeChange: -0.2, emailReady: true })).toEqual(['rejected', 'paused', 'activeDown'])
  })
  it('leads along the loop: segment, channel, campaign', () => {
    expect(keys({ intake, segments: [], campaigns: [], emailReady: false })).toEqual(['firstSegment', 'email'])
    expect(keys({ intake, segments: [segment], campaigns: [], emailReady: true })).toEqual(['firstCampaign'])
  })
  it('does not call history a drop, and always has something', () => {
    expect(keys({ intake, past: true, activeChange: -0.9, segments: [segment], campaigns: [campaign('done')] })).toEqual(['explore'])
    expect(keys({ intake, segments: [segment], campaigns: [campaign('done')], reports: [{ verdict: 'gain' } as CampaignReport] })).toEqual(['repeat'])
  })
})

describe('the latest campaigns', () => {
  it('are those that have something to tell, then drafts', () => {
    const made = (status: Campaign['status'], created_at: string) => ({ status, created_at })
    const [old, fresh, draft] = [made('done', '2026-01-01'), made('sending', '2026-01-05'), made('draft', '2026-01-09')]
    expect(latestCampaigns([old, draft, fresh], 2)).toEqual([fresh, old])
    expect(latestCampaigns([draft, old], 4)).toEqual([old, draft])
  })
})
