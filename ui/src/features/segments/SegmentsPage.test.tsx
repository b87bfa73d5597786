import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session, type Reply } from '@/testing/app'

const at = '2026-11-01T00:00:00Z'
const person = { id: 'p_a', name: 'Ada', distinct_id: 'u-1', distinct_ids: ['u-1'], properties: { email: 'ada@example.com' }, first_seen: at, last_seen: at, events: 3 }
const segment = (id: string, name: string, persons: number, used: object[] = []) => ({
  id, name, description: '', condition: { user: 'city', op: 'eq', value: 'Wuhan' }, question: null, persons, created_at: at, updated_at: at, used_by: used,
})
const used = segment('seg_1', 'Wuhan', 50, [{ kind: 'campaign', id: 'cmp_1', name: 'Spring' }])
const unused = segment('seg_2', 'Lapsed', 10)
const base: Record<string, Reply> = {
  'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session,
  'GET /projects/prj_1/segments': { segments: [used, unused] }, 'GET /projects/prj_1/intake': { persons_total: 200, events_total: 900 },
  'GET /projects/prj_1/segments/seg_1': used, 'GET /projects/prj_1/segments/seg_2': unused,
  'GET /projects/prj_1/segments/seg_1/members': { persons: [person], total: 1 }, 'GET /projects/prj_1/segments/seg_2/members': { persons: [person], total: 1 },
  'GET /projects/prj_1/catalog/events': { events: [] }, 'GET /projects/prj_1/catalog/properties': { properties: [{ name: 'city', types: ['string'], count: 5 }] },
  'POST /projects/prj_1/segments/estimate': { persons: 50, total: 200, sample: [person] },
}

describe('segments', () => {
  it('lists sizes, shares, rules and uses, and finds by the rule', async () => {
    fakeServer(base)
    openApp('/p/prj_1/segments')
    const row = await screen.findByRole('row', { name: /^Wuhan/ })
    await waitFor(() => expect(row).toHaveTextContent('25.0%'))
    expect(within(row).getByRole('link', { name: 'campaign “Spring”' })).toHaveAttribute('href', '/p/prj_1/campaigns/cmp_1')
    await userEvent.type(screen.getByRole('searchbox', { name: /Search names/ }), 'lapsed')
    await waitFor(() => expect(screen.queryByRole('link', { name: 'Wuhan' })).toBeNull())
    expect(screen.getByRole('link', { name: 'Lapsed' })).toBeInTheDocument()
  })
  it('teaches when there are none', async () => {
    fakeServer({ ...base, 'GET /projects/prj_1/segments': { segments: [] } })
    openApp('/p/prj_1/segments')
    expect(await screen.findByRole('heading', { name: 'No segments yet' })).toBeInTheDocument()
  })
  it('counts while a rule is written, and saves it', async () => {
    const sent = fakeServer({ ...base, 'POST /projects/prj_1/segments': segment('seg_2', 'From Wuhan', 50) })
    const { address } = openApp(`/p/prj_1/segments/new?condition=${encodeURIComponent('{"user":"city","op":"eq","value":"Wuhan"}')}`)
    expect(await screen.findByTestId('estimate-persons')).toHaveTextContent('50')
    expect(screen.getByText('25.0% of all 200 persons')).toBeInTheDocument()
    await userEvent.type(screen.getByRole('textbox', { name: 'Name' }), 'From Wuhan')
    await userEvent.click(screen.getByRole('button', { name: 'Create segment' }))
    await waitFor(() => expect(address()).toBe('/p/prj_1/segments/seg_2'))
    expect(sent.find((r) => r.method === 'POST' && r.path.endsWith('/segments'))?.body).toEqual({ name: 'From Wuhan', description: '', condition: { user: 'city', op: 'eq', value: 'Wuhan' } })
  })
  it('wants a rule and a name', async () => {
    const sent = fakeServer(base)
    openApp('/p/prj_1/segments/new')
    await userEvent.click(await screen.findByRole('button', { name: 'Create segment' }))
    expect(await screen.findByText('Give the segment a name')).toBeInTheDocument()
    expect(screen.getByRole('alert')).toHaveTextContent('Finish at least one condition')
    expect(sent.some((r) => r.method === 'POST')).toBe(false)
  })
  it('says by whom a segment is used instead of deleting it', async () => {
    const sent = fakeServer(base)
    openApp('/p/prj_1/segments/seg_1')
    await userEvent.click(await screen.findByRole('button', { name: 'More actions' }))
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete segment' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('“Wuhan” is in use and stays')
    expect(within(dialog).getByRole('link', { name: 'campaign “Spring”' })).toBeInTheDocument()
    expect(sent.some((r) => r.method === 'DELETE')).toBe(false)
  })
  it('deletes one that nothing uses, and believes the server when something does after all', async () => {
    fakeServer({ ...base, 'DELETE /projects/prj_1/segments/seg_2': { status: 409, body: { error: { kind: 'conflict', message: 'in use', details: [{ where: 'segment seg_7', what: 'Other' }], request_id: 'r' } } } })
    openApp('/p/prj_1/segments/seg_2')
    await userEvent.click(await screen.findByRole('button', { name: 'More actions' }))
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete segment' }))
    await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete segment' }))
    expect(await screen.findByRole('link', { name: 'segment “Other”' })).toBeInTheDocument()
  })
})
