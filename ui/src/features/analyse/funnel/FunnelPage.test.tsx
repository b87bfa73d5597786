import { configure, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeServer, openApp, project, session, type Reply } from '@/testing/app'

// Pages are loaded lazily, and the machine may be busy.
configure({ asyncUtilTimeout: 8000 })

const QUERY = `POST /projects/${project.id}/query`
const ASKED = '?steps=!((event:view),(event:cart),(event:pay))'

const step = (name: string, count: number, first: number, previous: number) => ({
  name,
  count,
  from_first: first,
  from_previous: previous,
  median_seconds: 90,
  average_seconds: 120,
  p90_seconds: 300,
})
const answer = {
  steps: [step('view', 100, 1, 1), step('cart', 60, 0.6, 0.6), step('pay', 30, 0.3, 0.5)],
  meta: { engine: 'kernel', elapsed_ms: 1, events_scanned: 190, persons_scanned: 100, incomplete: false },
}
const person = {
  id: 'p_1',
  name: 'Lin',
  distinct_id: 'u1',
  distinct_ids: ['u1'],
  properties: {},
  first_seen: null,
  last_seen: null,
  events: 3,
}

const catalog: Record<string, Reply> = {
  'GET /setup': { needs_owner: false, signed_in: true, version: 'test' },
  'GET /session': session,
  [`GET /projects/${project.id}/catalog/events`]: {
    events: ['view', 'cart', 'pay'].map((name) => ({ name, count: 10, persons: 5, activity: true, first_seen: null, last_seen: '2026-11-01T00:00:00Z' })),
  },
  [`GET /projects/${project.id}/catalog/properties`]: { properties: [{ name: 'platform', types: ['string'], count: 10 }] },
  [`GET /projects/${project.id}/segments`]: { segments: [] },
}

const reply = (body: unknown): unknown =>
  (body as { actors?: unknown }).actors ? { persons: [person], total: 40, offset: 0, limit: 50 } : answer

/** Ant Design gives every dialog the same id in tests, so their names cannot be asked for. */
const dialogOf = (inside: HTMLElement): HTMLElement => inside.closest<HTMLElement>('[role="dialog"]') as HTMLElement

describe('the funnel page', () => {
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
  })

  it('answers the question of its address', async () => {
    const sent = fakeServer({ ...catalog, [QUERY]: reply })
    openApp(`/p/${project.id}/funnel${ASKED}`)
    expect(await screen.findByText('Conversion from “view” to “pay” over 3 steps within 7 days, entered in the last 30 days')).toBeVisible()
    const table = await screen.findByRole('region', { name: 'Table' })
    const row = within(table).getByRole('row', { name: /3 pay/ })
    expect(row).toHaveTextContent('30')
    expect(row).toHaveTextContent('50.0%')
    expect(sent.find((s) => s.path.endsWith('/query'))?.body).toEqual({
      kind: 'funnel',
      range: { last: 30, unit: 'day' },
      steps: [{ event: 'view' }, { event: 'cart' }, { event: 'pay' }],
      window: { value: 7, unit: 'day' },
      order: 'ordered',
    })
  })

  it('offers a first funnel while nothing is asked', async () => {
    const user = userEvent.setup()
    const sent = fakeServer({ ...catalog, [QUERY]: reply })
    openApp(`/p/${project.id}/funnel`)
    await user.click(await screen.findByRole('button', { name: 'view → cart' }))
    await waitFor(() => expect(sent.find((s) => s.path.endsWith('/query'))?.body).toMatchObject({ steps: [{ event: 'view' }, { event: 'cart' }] }))
    expect(screen.queryByText('Or start here')).toBeNull()
  })

  it('lists who dropped off, and saves them as a segment', async () => {
    const user = userEvent.setup()
    const sent = fakeServer({
      ...catalog,
      [QUERY]: reply,
      [`POST /projects/${project.id}/segments`]: {
        id: 'seg_9',
        name: 'No cart',
        description: '',
        condition: null,
        question: {},
        persons: 40,
        created_at: '',
        updated_at: '',
        used_by: [],
      },
    })
    openApp(`/p/${project.id}/funnel${ASKED}`)
    await user.click(await screen.findByRole('button', { name: 'See persons who dropped off: step 2, cart' }))
    const drawer = dialogOf(await screen.findByText('Dropped off before “cart”'))
    expect(await within(drawer).findByRole('link', { name: /Lin/ })).toHaveAttribute('href', `/p/${project.id}/persons/p_1`)
    expect(sent.at(-1)?.body).toMatchObject({ kind: 'funnel', actors: { step: 2, dropped: true }, limit: 50, offset: 0 })

    await user.click(within(drawer).getByRole('button', { name: 'Save as segment' }))
    const dialog = dialogOf(await screen.findByLabelText('Description'))
    const name = within(dialog).getByLabelText('Name')
    await user.clear(name)
    await user.type(name, 'No cart')
    await user.click(within(dialog).getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent.some((s) => s.path.endsWith('/segments') && s.method === 'POST')).toBe(true))
    expect(sent.find((s) => s.path.endsWith('/segments') && s.method === 'POST')?.body).toMatchObject({
      name: 'No cart',
      question: { kind: 'funnel', steps: [{ event: 'view' }, { event: 'cart' }, { event: 'pay' }], actors: { step: 2, dropped: true } },
    })
  })

  it('opens the menu of a step from its bar, and breaks it down', async () => {
    const user = userEvent.setup()
    fakeServer({ ...catalog, [QUERY]: reply })
    openApp(`/p/${project.id}/funnel${ASKED}`)
    await user.click(await screen.findByRole('button', { name: 'Step 3, pay: 30 persons dropped off, open menu' }))
    expect(await screen.findByRole('menuitem', { name: 'See the persons' })).toBeInTheDocument()
    await user.click(screen.getByRole('menuitem', { name: 'Break down by…' }))
    expect(await screen.findByRole('group', { name: 'Breakdown 1' })).toBeVisible()
    // Until a property is chosen the question cannot be asked: it says so, and keeps the answer that there is.
    expect(await screen.findByText('Choose what to break down by')).toBeVisible()
    expect(screen.getByRole('row', { name: /3 pay/ })).toBeInTheDocument()
  })

  it('moves steps by buttons and by Alt and the arrow keys, and keeps that in the address', async () => {
    const user = userEvent.setup()
    fakeServer({ ...catalog, [QUERY]: reply })
    const app = openApp(`/p/${project.id}/funnel${ASKED}`)
    await user.click(await screen.findByRole('button', { name: 'Step 2: Move up' }))
    await waitFor(() => expect(decodeURIComponent(app.address())).toContain('steps=!((event:cart),(event:view),(event:pay))'))
    screen.getByRole('button', { name: 'Step 1: Move down' }).focus()
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}')
    await waitFor(() => expect(decodeURIComponent(app.address())).toContain('steps=!((event:view),(event:cart),(event:pay))'))
  })

  it('says what is missing before it asks', async () => {
    const sent = fakeServer({ ...catalog, [QUERY]: reply })
    openApp(`/p/${project.id}/funnel`)
    expect(await screen.findByText('Choose an event for step 2')).toBeVisible()
    expect(sent.some((s) => s.path.endsWith('/query'))).toBe(false)
  })

  it('shows the server’s reasons and asks again on request', async () => {
    const user = userEvent.setup()
    let healthy = false
    const failure = {
      error: {
        kind: 'invalid',
        message: 'the question cannot be answered as it is',
        details: [{ where: 'steps[1].event', what: 'is empty' }],
        request_id: 'req_1',
      },
    }
    const stub = fakeServer({ ...catalog, [QUERY]: { status: 400, body: failure } })
    const broken = globalThis.fetch
    vi.stubGlobal('fetch', (input: string, init?: RequestInit) =>
      healthy && input.endsWith('/query') ? Promise.resolve(new Response(JSON.stringify(answer))) : broken(input, init),
    )
    openApp(`/p/${project.id}/funnel${ASKED}`)
    expect(await screen.findByText('steps[1].event')).toBeVisible()
    healthy = true
    await user.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('row', { name: /3 pay/ })).toBeInTheDocument()
    expect(stub.some((s) => s.path.endsWith('/query'))).toBe(true)
  })

  it('names the parts of an address that it cannot read', async () => {
    fakeServer({ ...catalog, [QUERY]: reply })
    openApp(`/p/${project.id}/funnel${ASKED}&window=soon&colour=red`)
    expect(await screen.findByText(/window, colour/)).toBeVisible()
  })

  it('tells a range without data from a project without data', async () => {
    const nobody = { ...answer, steps: answer.steps.map((s) => ({ ...s, count: 0 })) }
    fakeServer({ ...catalog, [QUERY]: nobody })
    openApp(`/p/${project.id}/funnel${ASKED}`)
    expect(await screen.findByText('No data in this range')).toBeVisible()
    expect(screen.getByRole('button', { name: 'Use the last 180 days' })).toBeVisible()
  })

  it('cancels the request of an older question and dims its answer until the new one is there', async () => {
    const user = userEvent.setup()
    const asked: { body: { order: string }; signal: AbortSignal; answer: () => void }[] = []
    fakeServer({ ...catalog })
    const rest = globalThis.fetch
    vi.stubGlobal('fetch', (input: string, init: RequestInit = {}) => {
      if (!input.endsWith('/query')) return rest(input, init)
      return new Promise<Response>((resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
        asked.push({
          body: JSON.parse(String(init.body)) as { order: string },
          signal: init.signal as AbortSignal,
          answer: () => resolve(new Response(JSON.stringify(answer))),
        })
      })
    })
    openApp(`/p/${project.id}/funnel${ASKED}`)
    await waitFor(() => expect(asked).toHaveLength(1))
    asked[0]?.answer()
    await screen.findByRole('row', { name: /3 pay/ })
    await user.click(screen.getByText('Strictly'))
    await waitFor(() => expect(asked).toHaveLength(2))
    expect(screen.getByRole('row', { name: /3 pay/ }).closest('[aria-busy="true"]')).not.toBeNull()
    await user.click(screen.getByText('Any order'))
    await waitFor(() => expect(asked).toHaveLength(3))
    expect(asked[1]?.signal.aborted).toBe(true)
    asked[2]?.answer()
    await waitFor(() => expect(screen.getByRole('row', { name: /3 pay/ }).closest('[aria-busy="true"]')).toBeNull())
    expect(asked.map((a) => a.body.order)).toEqual(['ordered', 'strict', 'unordered'])
  })
})
