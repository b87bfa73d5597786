import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'

async function open(extra = {}) {
  const sent = fakeServer({
    'GET /setup': { needs_owner: false, signed_in: true, version: '' },
    'GET /session': session,
    'GET /projects/prj_1/segments': { segments: [{ id: 'seg_1', name: 'Lapsed buyers', persons: 12 }] },
    'GET /projects/prj_1/persons': { persons: [{ id: 'p_7', name: 'Li Lei', distinct_id: 'u-77', distinct_ids: ['u-77'], properties: {}, first_seen: null, last_seen: null, events: 1 }], total: 1 },
    ...extra,
  })
  const app = openApp('/p/prj_1/settings/account')
  await screen.findByRole('heading', { name: 'Settings' })
  await userEvent.keyboard('{Control>}k{/Control}')
  const input = await screen.findByRole('combobox', { name: 'Search and commands' })
  return { sent, app, input }
}

describe('CommandPalette', () => {
  it('opens a page by the keyboard', async () => {
    const { app, input } = await open()
    await userEvent.type(input, 'live')
    await userEvent.keyboard('{Enter}')
    await waitFor(() => expect(app.address()).toBe('/p/prj_1/live'))
  })
  it('finds segments at once and persons by what is typed', async () => {
    const { app, input, sent } = await open()
    await userEvent.type(input, 'lapsed')
    expect(await screen.findByRole('option', { name: /Lapsed buyers/ })).toBeInTheDocument()
    await userEvent.clear(input)
    await userEvent.type(input, 'u-77')
    await userEvent.click(await screen.findByRole('option', { name: /Li Lei/ }))
    await waitFor(() => expect(app.address()).toBe('/p/prj_1/persons/p_7'))
    expect(sent.map((request) => request.path)).toContain('/projects/prj_1/persons?query=u-77&limit=6')
  })
  it('says when a search failed and still offers the rest', async () => {
    const { input } = await open({ 'GET /projects/prj_1/segments': { status: 500, body: {} } })
    await userEvent.type(input, 'desk')
    expect(await screen.findByText('Some results could not be fetched')).toBeInTheDocument()
    expect(screen.getByRole('option', { name: 'Desk' })).toHaveAttribute('aria-selected', 'true')
  })
})
