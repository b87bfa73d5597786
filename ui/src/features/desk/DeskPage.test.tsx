import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'

const intake = { events_total: 1200, persons_total: 300, last_event_at: null, last_minute: 4, rejected_last_hour: 0 }
const series = (total: number) => ({ name: 'x', breakdown: null, series: 0, values: [1, 2, total], total })
const now = new Date().toISOString()

const base = {
  'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session, 'GET /projects/prj_1/intake': intake,
  'GET /projects/prj_1/catalog/events': { events: [{ name: 'order_paid', activity: true, count: 5, persons: 4, first_seen: now, last_seen: now }] },
  'GET /projects/prj_1/catalog/properties': { properties: [{ name: 'amount', types: ['number'], count: 5 }] },
  'GET /projects/prj_1/segments': { segments: [{ id: 'seg_1', name: 'Lapsed', persons: 75 }] },
  'GET /projects/prj_1/campaigns': { campaigns: [{ id: 'cmp_1', name: 'Spring', status: 'done', created_at: now, started_at: now, counts: { sent: 90 } }] },
  'GET /projects/prj_1/campaigns/cmp_1/report': { counts: { sent: 90 }, verdict: 'gain', lift: { conversion: { difference: 0.03, low: 0.01, high: 0.05, extra_persons: 12 }, revenue: null } },
  'GET /projects/prj_1/channels/email': { host: 'smtp' },
  'POST /projects/prj_1/query': (body: unknown) => {
    const asked = (body as { series: unknown[] }).series
    return { buckets: ['a', 'b', 'c'], series: asked.map(() => series(110)), compare: asked.map(() => series(100)), incomplete: [false, false, true], meta: {} }
  },
}

describe('DeskPage', () => {
  it('shows figures with their change, segments, and the lift of campaigns in words', async () => {
    const sent = fakeServer(base)
    openApp('/p/prj_1/desk')
    const revenue = await screen.findByRole('link', { name: /Revenue ?¥110/ })
    expect(revenue).toHaveTextContent('10.0% more than the 30 days before')
    expect(revenue.getAttribute('href')).toMatch(/^\/p\/prj_1\/trend\?/)
    expect(await screen.findByText('Gain +3 points')).toBeInTheDocument()
    expect(screen.getByText('95% interval +1 to +5')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: /Lapsed/ })).toHaveTextContent('25.0%')
    const loop = screen.getByRole('navigation', { name: 'The loop' })
    expect(within(loop).getByRole('link', { name: /Measure/ })).toHaveTextContent('+12')
    expect(sent.filter((request) => request.path.endsWith('/query'))).toHaveLength(1)
  })
  it('leads an empty project to its first event', async () => {
    fakeServer({ ...base, 'GET /projects/prj_1/intake': { ...intake, events_total: 0 }, 'GET /projects/prj_1/catalog/events': { events: [] } })
    openApp('/p/prj_1/desk')
    const heading = await screen.findByRole('heading', { name: 'No events yet' })
    expect(within(heading.parentElement as HTMLElement).getByRole('link', { name: 'Connect' })).toHaveAttribute('href', '/p/prj_1/connect')
  })
  it('says what failed and keeps the rest', async () => {
    fakeServer({ ...base, 'POST /projects/prj_1/query': { status: 500, body: { error: { kind: 'internal', message: 'x', details: [], request_id: 'req_9' } } } })
    openApp('/p/prj_1/desk')
    expect(await screen.findByText('Request req_9')).toBeInTheDocument()
    expect(await screen.findByRole('link', { name: /Lapsed/ })).toBeInTheDocument()
  })
})
