import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'

const settings = {
  event: 'order_paid', value: 'amount', days: 180,
  recency: { method: 'fixed', threshold: 30 }, frequency: { method: 'mean', threshold: 0 }, monetary: { method: 'mean', threshold: 0 },
}
const codes = { champions: 'HHH', potential: 'HLH', keep: 'LHH', win_back: 'LLH', general_value: 'HHL', general_developing: 'HLL', general_keeping: 'LHL', general_win_back: 'LLL' }

function board(champions: number) {
  return {
    as_of: '2026-11-21', settings, thresholds: { recency: 30, frequency: 2.5, monetary: 700 }, persons: 100, not_rated: 40, revenue: 5000,
    groups: Object.entries(codes).map(([key, code]) => ({ key, code, persons: key === 'champions' ? champions : 10, revenue: 500, average_recency_days: 4, average_frequency: 2, average_monetary: 50 })),
    grid: Array.from({ length: 25 }, (_, i) => ({ r: Math.floor(i / 5) + 1, fm: (i % 5) + 1, persons: i, revenue: i * 10 })),
  }
}
const person = { id: 'p_a', name: 'Ada', distinct_id: 'u-1', distinct_ids: ['u-1'], properties: {}, first_seen: null, last_seen: null, events: 3 }
const base = {
  'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session,
  'GET /projects/prj_1/rfm': settings,
  'POST /projects/prj_1/rfm/board': (body: unknown) => board((body as { settings?: object }).settings ? 42 : 30),
  'POST /projects/prj_1/rfm/persons': { persons: [person], total: 1 },
  'PUT /projects/prj_1/rfm': (body: unknown) => body,
  'GET /projects/prj_1/catalog/events': { events: [] }, 'GET /projects/prj_1/catalog/properties': { properties: [] },
}

describe('RfmPage', () => {
  it('shows eight groups, lists the persons of one and saves them by the tag', async () => {
    const sent = fakeServer({ ...base, 'POST /projects/prj_1/segments': { id: 'seg_9', name: 'x', persons: 30 } })
    openApp('/p/prj_1/rfm')
    await userEvent.click(await screen.findByRole('button', { name: /^Champions 30 30.0% See the persons$/ }))
    expect(screen.getAllByRole('button', { name: /See the persons$/ })).toHaveLength(8)
    const drawer = await screen.findByRole('dialog', { name: 'Champions (HHH)' })
    expect(await within(drawer).findByText('Ada')).toBeInTheDocument()
    await userEvent.click(within(drawer).getByRole('button', { name: 'Save as segment' }))
    const dialog = await screen.findByRole('dialog', { name: 'Save as segment' })
    expect(within(dialog).getByRole('textbox', { name: 'Name' })).toHaveValue('RFM Champions')
    await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent.find((r) => r.method === 'POST' && r.path.endsWith('/segments'))?.body).toEqual({ name: 'RFM Champions', condition: { tag: 'rfm', op: 'eq', value: 'champions' } }))
  })
  it('lists a cell and offers nothing to save, which no tag could follow', async () => {
    const sent = fakeServer(base)
    openApp('/p/prj_1/rfm')
    await userEvent.click(await screen.findByRole('button', { name: 'R 5, FM 5: 24 persons, ¥240' }))
    const drawer = await screen.findByRole('dialog', { name: 'R score 5, FM score 5' })
    await within(drawer).findByText('Ada')
    expect(within(drawer).queryByRole('button', { name: 'Save as segment' })).toBeNull()
    expect(sent.find((r) => r.path.endsWith('/rfm/persons'))?.body).toMatchObject({ r: 5, fm: 5, offset: 0 })
  })
  it('shows a day of the past and saves no segments of it', async () => {
    const sent = fakeServer(base)
    const { address } = openApp('/p/prj_1/rfm?as_of=2026-01-31')
    await userEvent.click(await screen.findByRole('button', { name: 'Actions for “Champions”' }))
    expect(await screen.findByRole('menuitem', { name: 'See the persons' })).toBeInTheDocument()
    expect(screen.queryByRole('menuitem', { name: 'Save as segment' })).toBeNull()
    expect(sent.find((r) => r.path.endsWith('/rfm/board'))?.body).toEqual({ as_of: '2026-01-31' })
    await userEvent.click(screen.getByRole('button', { name: 'Back to today' }))
    expect(address()).toBe('/p/prj_1/rfm')
  })
  it('tries settings out before it saves them', async () => {
    const sent = fakeServer(base)
    openApp('/p/prj_1/rfm')
    await screen.findByRole('button', { name: /^Champions 30/ })
    await userEvent.click(within(screen.getByRole('main')).getByRole('button', { name: 'Settings' }))
    const drawer = await screen.findByRole('dialog', { name: 'RFM settings' })
    const days = await within(drawer).findByRole('spinbutton', { name: 'Look-back in days' })
    expect(within(drawer).getByRole('button', { name: 'Save settings' })).toBeDisabled()
    await userEvent.clear(days)
    await userEvent.type(days, '90')
    const row = await within(drawer).findByRole('row', { name: /^Champions HHH 30 42 \+12$/ })
    expect(row).toBeInTheDocument()
    expect(sent.some((r) => r.method === 'PUT')).toBe(false)
    await userEvent.click(within(drawer).getByRole('button', { name: 'Save settings' }))
    await waitFor(() => expect(sent.find((r) => r.method === 'PUT')?.body).toMatchObject({ days: 90, event: 'order_paid' }))
  })
})
