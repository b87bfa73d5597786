import { act, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session, SilentSource } from '@/testing/app'

const intake = { events_total: 10, persons_total: 3, last_event_at: null, last_minute: 1, rejected_last_hour: 1 }

function arrive(id: string, name: string) {
  act(() => {
    SilentSource.all.at(-1)?.onmessage?.({ data: JSON.stringify({ id, name, time: '2026-01-01T00:00:00Z', received_at: '2026-01-01T00:00:01Z', distinct_id: `user-${id}`, person: 'p_a', protocol: 'native', properties: { amount: 5 } }) })
  })
}

async function open() {
  fakeServer({ 'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session, 'GET /projects/prj_1/intake': intake })
  openApp('/p/prj_1/live')
  expect(await screen.findByText('Waiting for events')).toBeInTheDocument()
  await waitFor(() => expect(SilentSource.all).toHaveLength(1))
}

describe('LivePage', () => {
  it('shows events as they arrive, and opens one', async () => {
    await open()
    arrive('1', 'order_paid')
    const line = await screen.findByRole('button', { name: /order_paid/ })
    await userEvent.click(line)
    expect(line).toHaveAttribute('aria-expanded', 'true')
    expect(within(screen.getByRole('table', { name: 'Properties' })).getByRole('row', { name: 'amount 5' })).toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'See the person' })).toHaveAttribute('href', '/p/prj_1/persons/p_a')
  })
  it('keeps still while paused and says how many came', async () => {
    await open()
    arrive('1', 'first')
    await screen.findByRole('button', { name: /first/ })
    await userEvent.click(screen.getByRole('button', { name: /Pause/ }))
    arrive('2', 'second')
    expect(await screen.findByRole('button', { name: /Resume \(1 new\)/ })).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: /second/ })).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: /Resume/ }))
    expect(await screen.findByRole('button', { name: /second/ })).toBeInTheDocument()
  })
  it('shows refusals with their reasons, and filters', async () => {
    await open()
    arrive('1', 'order_paid')
    act(() => {
      SilentSource.all.at(-1)?.dispatchEvent(new MessageEvent('rejected', { data: '{"time":"2026-01-01T00:00:02Z","protocol":"native","reasons":[{"index":2,"field":"name","reason":"is empty"}]}' }))
    })
    expect(await screen.findByText('name: is empty')).toBeInTheDocument()
    await userEvent.type(screen.getByLabelText('Filter by event, id or property value'), 'nothing like it')
    expect(await screen.findByText('No event fits the filter')).toBeInTheDocument()
    await userEvent.click(screen.getByRole('button', { name: 'Clear the filter' }))
    expect(await screen.findByRole('button', { name: /order_paid/ })).toBeInTheDocument()
  })
})
