import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session, SilentSource } from '@/testing/app'

const intake = { events_total: 0, persons_total: 0, last_event_at: null, last_minute: 0, rejected_last_hour: 0 }

async function open(replies = {}) {
  const sent = fakeServer({ 'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session, 'GET /projects/prj_1/intake': intake, ...replies })
  openApp('/p/prj_1/connect')
  expect(await screen.findByText('Waiting…')).toBeInTheDocument()
  await waitFor(() => expect(SilentSource.all).toHaveLength(1))
  return sent
}

function arrive(name: string, received: string) {
  act(() => {
    SilentSource.all.at(-1)?.onmessage?.({ data: JSON.stringify({ id: `${name} ${received}`, name, time: received, received_at: received, distinct_id: 'u-1001', person: 'p_a', protocol: 'segment', properties: { amount: 199 } }) })
  })
}

describe('ConnectPage', () => {
  it('has the key in every snippet', async () => {
    await open()
    expect(screen.getAllByText(/wk_1/).length).toBeGreaterThan(1)
    await userEvent.click(screen.getByRole('tab', { name: 'Node.js' }))
    expect(await screen.findByText(/npm install @segment\/analytics-node/)).toBeInTheDocument()
  })
  it('shows the first event as it arrives and offers a funnel of what came', async () => {
    await open()
    const now = new Date().toISOString()
    arrive('product_viewed', now)
    arrive('order_paid', now)
    const link = await screen.findByRole('link', { name: 'See it in a funnel' })
    expect(decodeURIComponent(link.getAttribute('href') ?? '')).toMatch(/\/p\/prj_1\/funnel\?.*product_viewed.*order_paid/)
    expect(screen.getByTestId('first-event')).toHaveTextContent('order_paid')
  })
  it('does not take for an arrival what the server repeats from before', async () => {
    await open()
    act(() => SilentSource.all.at(-1)?.onopen?.())
    arrive('order_paid', '2020-01-01T00:00:00Z')
    act(() => {
      SilentSource.all.at(-1)?.dispatchEvent(new MessageEvent('rejected', { data: JSON.stringify({ time: new Date().toISOString(), protocol: 'native', reasons: [{ field: 'name', reason: 'is empty' }] }) }))
    })
    // Both came in the same moment; the refusal is news, the old event is not.
    expect(await screen.findByText('Something arrived, but was refused')).toBeInTheDocument()
    expect(screen.getByText('Waiting…')).toBeInTheDocument()
  })
  it('sends test events with the write key, and says why when they are refused', async () => {
    const sent = await open({ 'POST /projects/prj_1/events': { status: 503, body: { error: { kind: 'unavailable', message: 'the disk is full', details: [] } } } })
    await userEvent.click(screen.getByRole('button', { name: 'Send two test events' }))
    expect(await screen.findByText('the disk is full')).toBeInTheDocument()
    expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/projects/prj_1/events', body: { events: [{ name: 'test_started' }, { name: 'test_finished' }] } })
  })
})
