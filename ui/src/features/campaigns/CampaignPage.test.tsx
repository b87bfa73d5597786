import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { i18next } from '@/i18n'
import { fakeServer, openApp, session, type Reply } from '@/testing/app'

const at = '2026-11-01T00:00:00Z'
const counts = { audience: 0, holdout: 0, queued: 0, sent: 0, delivered: 0, unconfirmed: 0, failed: 0, suppressed: 0, no_address: 0, duplicate: 0, cancelled: 0, opened: 0, clicked: 0, unsubscribed: 0 }
const campaign = {
  id: 'cmp_1', name: 'Spring', status: 'draft', problem: '', segment: 'seg_1', subject: 'Hi', html: '<p>x</p>', text: '', holdout_percent: 10,
  goal: { event: 'order_paid', days: 7 }, rate_per_minute: 0, counts, created_at: at, updated_at: at, started_at: null, finished_at: null,
}
const segment = { id: 'seg_1', name: 'Lapsed', description: '', condition: { user: 'city', op: 'eq', value: 'x' }, question: null, persons: 100, created_at: at, updated_at: at, used_by: [] }
const person = { id: 'p_a', name: 'Ada', distinct_id: 'u-1', distinct_ids: ['u-1'], properties: {}, first_seen: at, last_seen: at, events: 3 }
const arms = {
  treatment: { persons: 900, converted: 100, rate: 0.111, revenue: 5000, revenue_per_person: 5.5 }, holdout: { persons: 100, converted: 8, rate: 0.08, revenue: 400, revenue_per_person: 4 },
}
const conversion = { difference: 0.03, low: 0.01, high: 0.05, p: 0.01, relative: 0.4, relative_low: 0.1, relative_high: 0.7, verdict: 'gain', extra_persons: 23, extra_persons_low: 5, extra_persons_high: 41 }
const revenue = { difference: 1.5, low: -1, high: 3, p: 0.2, relative: null, relative_low: null, relative_high: null, verdict: 'no_clear_difference', extra_money: 900, extra_money_low: -200, extra_money_high: 2000 }
const report = {
  counts: { ...counts, audience: 1000, holdout: 100, sent: 900, delivered: 890, opened: 300, clicked: 60 }, goal: { event: 'order_paid', value: 'amount', days: 7 }, arms, lift: { conversion, revenue },
  verdict: 'gain', incomplete: false, open: 0, crossed: 0, sample_ratio: null, links: [{ url: 'https://shop.example/new', clicks: 70, persons: 60 }], hours: [],
}

const base: Record<string, Reply> = {
  'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session,
  'GET /projects/prj_1/segments': { segments: [segment] }, 'GET /projects/prj_1/campaigns': { campaigns: [campaign] }, 'GET /projects/prj_1/campaigns/cmp_1': campaign,
  'POST /projects/prj_1/campaigns': (body) => ({ ...campaign, ...(body as object) }), 'PATCH /projects/prj_1/campaigns/cmp_1': (body) => ({ ...campaign, ...(body as object) }),
  'POST /projects/prj_1/campaigns/cmp_1/audience': { segment_persons: 100, reachable: 90, suppressed: 4, no_address: 6, duplicate: 0, holdout: 9, to_send: 81 },
  'GET /projects/prj_1/channels/email': { host: 'smtp', public_url: 'https://weir.example.com', rate_per_minute: 600 },
  'GET /projects/prj_1/persons': { persons: [person], total: 1 }, 'GET /projects/prj_1/catalog/events': { events: [{ name: 'order_paid', count: 1, persons: 1, activity: true, first_seen: at, last_seen: at }] },
  'GET /projects/prj_1/catalog/properties': { properties: [] },
  'POST /projects/prj_1/templates/preview': { subject: 'Hi Ada', html: '<p>Ada</p>', text: 'Ada', errors: [], person },
  'GET /projects/prj_1/campaigns/cmp_1/report': report, 'GET /projects/prj_1/campaigns/cmp_1/messages': { messages: [], total: 0 },
}
const open = (change: object) => ({ ...base, 'GET /projects/prj_1/campaigns/cmp_1': { ...campaign, ...change } })

describe('a draft', () => {
  it('gets its id with the first save, and the editor stays', async () => {
    const sent = fakeServer(base)
    const { address } = openApp('/p/prj_1/campaigns/new')
    fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Autumn' } })
    await waitFor(() => expect(address()).toBe('/p/prj_1/campaigns/cmp_1'))
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Autumn')
    fireEvent.change(screen.getByRole('textbox', { name: 'Subject' }), { target: { value: 'News' } })
    await waitFor(() => expect(sent.find((r) => r.method === 'PATCH')?.body).toMatchObject({ name: 'Autumn', subject: 'News', no_goal: true }))
    expect(sent.filter((r) => r.method === 'POST' && r.path.endsWith('/campaigns'))).toHaveLength(1)
    expect(await screen.findByText('Saved')).toBeInTheDocument()
  })
  it('is sent only after a sentence, a count and a confirmation', async () => {
    let now: object = campaign
    const sent = fakeServer({
      ...base,
      'GET /projects/prj_1/campaigns/cmp_1': () => now,
      'POST /projects/prj_1/campaigns/cmp_1/send': () => (now = { ...campaign, status: 'sending', started_at: at, counts: { ...counts, audience: 100, queued: 81 } }),
    })
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByText('Goes now to 81 persons of the segment “Lapsed”, leaving 9 alone to compare with; success is more people doing “order_paid” within 7 days.')).toBeInTheDocument()
    await waitFor(() => expect(screen.getByRole('button', { name: 'Send' })).toBeEnabled())
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    const dialog = await screen.findByRole('dialog')
    expect(dialog).toHaveTextContent('Send to 81 persons?')
    expect(sent.some((r) => r.path.endsWith('/send'))).toBe(false)
    await userEvent.click(within(dialog).getByRole('button', { name: 'Send to 81 persons' }))
    expect(await screen.findByRole('heading', { name: 'Progress' })).toBeInTheDocument()
    expect(sent.filter((r) => r.path.endsWith('/send'))).toHaveLength(1)
  })
  it('says what keeps it from being sent, and where to put it right', async () => {
    fakeServer({ ...open({ segment: '' }), 'GET /projects/prj_1/channels/email': { host: '', public_url: '' }, 'GET /projects/prj_1/segments': { segments: [] } })
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByRole('link', { name: 'Set up e-mail' })).toHaveAttribute('href', '/p/prj_1/settings/email')
    expect(await screen.findByText('There are no segments yet.')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  })
  it('previews in a frame without scripts, and lists every error of the template', async () => {
    const sent = fakeServer({ ...base, 'POST /projects/prj_1/templates/preview': (body) => ((body as { html: string }).html.includes('nope')
      ? { subject: '', html: '', text: '', errors: [{ where: 'html', what: 'there is no variable «nope»', line: 2 }, { where: 'subject', what: 'there is no filter «x»', line: 1 }], person: null }
      : { subject: 'Hi Ada', html: '<p>Ada</p>', text: 'Ada', errors: [], person }) })
    openApp('/p/prj_1/campaigns/cmp_1')
    const frame = await screen.findByTitle('Preview of the mail')
    expect(frame).toHaveAttribute('sandbox', '')
    expect(frame.getAttribute('srcdoc')).toContain('<p>Ada</p>')
    await waitFor(() => expect(sent.filter((r) => r.path.endsWith('/preview')).at(-1)?.body).toMatchObject({ person: 'p_a' }))
    fireEvent.change(screen.getByRole('textbox', { name: 'Body (HTML / Liquid)' }), { target: { value: '<p>\n{{ nope }}</p>' } })
    const alert = await screen.findByRole('alert')
    expect(within(alert).getByRole('button', { name: 'HTML, line 2' })).toBeInTheDocument()
    expect(alert).toHaveTextContent('there is no filter «x»')
    expect(screen.getByRole('button', { name: 'Send' })).toBeDisabled()
  })
  it('keeps what was written when saving fails, and tries again', async () => {
    const replies: Record<string, Reply> = { ...base, 'PATCH /projects/prj_1/campaigns/cmp_1': { status: 503, body: { error: { kind: 'unavailable', message: 'the disk is full', details: [], request_id: 'r' } } } }
    fakeServer(replies)
    openApp('/p/prj_1/campaigns/cmp_1')
    fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Kept' } })
    const retry = await screen.findAllByRole('button', { name: 'Try again' })
    expect(screen.getByText(/Not saved: the disk is full/)).toBeInTheDocument()
    replies['PATCH /projects/prj_1/campaigns/cmp_1'] = (body: unknown) => ({ ...campaign, ...(body as object) })
    await userEvent.click(retry[0] as HTMLElement)
    expect(await screen.findByText('Saved')).toBeInTheDocument()
    expect(screen.getByRole('textbox', { name: 'Name' })).toHaveValue('Kept')
  })
})

describe('a report', () => {
  it('says the lift in words, draws it, and shows the arms', async () => {
    fakeServer(open({ status: 'done', started_at: at, finished_at: at, counts: report.counts }))
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByText('23 extra persons, 95% interval 5–41')).toBeInTheDocument()
    expect(screen.getByText('No clear difference: between ¥200 less and ¥2,000 more')).toBeInTheDocument()
    expect(screen.getByRole('img', { name: 'Extra persons: +23, 95% interval +5 to +41' })).toBeInTheDocument()
    expect(screen.getByRole('row', { name: /^Left alone 100 8 8.00%/ })).toBeInTheDocument()
    expect(screen.getByRole('row', { name: 'https://shop.example/new 60 70' })).toBeInTheDocument()
  })
  it('speaks Chinese', async () => {
    await i18next.changeLanguage('zh')
    fakeServer(open({ status: 'done', started_at: at, finished_at: at }))
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByText('多带来 23 人，95% 置信区间 5–41')).toBeInTheDocument()
  })
  it('does not claim what cannot be known', async () => {
    fakeServer({ ...open({ status: 'done', started_at: at }), 'GET /projects/prj_1/campaigns/cmp_1/report': { ...report, verdict: 'too_small' } })
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByText('Too few persons to tell')).toBeInTheDocument()
    expect(screen.queryByRole('img', { name: /Extra persons/ })).toBeNull()
  })
  it('can be paused, and tells why it does not go on', async () => {
    let now: object = { ...campaign, status: 'sending', started_at: at, problem: 'the mail server refused the login', counts: { ...counts, queued: 50, sent: 50 } }
    const sent = fakeServer({
      ...base,
      'GET /projects/prj_1/campaigns/cmp_1': () => now,
      'POST /projects/prj_1/campaigns/cmp_1/pause': () => (now = { ...now, status: 'paused', problem: '' }),
    })
    openApp('/p/prj_1/campaigns/cmp_1')
    expect(await screen.findByText(/50 of 100 done/)).toBeInTheDocument()
    expect(screen.getByRole('alert')).toHaveTextContent('the mail server refused the login')
    await userEvent.click(screen.getByRole('button', { name: 'Pause' }))
    await waitFor(() => expect(sent.some((r) => r.path.endsWith('/pause'))).toBe(true))
    expect(await screen.findByRole('button', { name: 'Resume' })).toBeInTheDocument()
  })
})

describe('the list', () => {
  it('tells drafts from what was sent, and effects in words', async () => {
    fakeServer({ ...base, 'GET /projects/prj_1/campaigns': { campaigns: [{ ...campaign, id: 'cmp_2', name: 'Later' }, { ...campaign, name: 'Past', status: 'done', started_at: at, counts: report.counts }] } })
    openApp('/p/prj_1/campaigns')
    const past = await screen.findByRole('row', { name: /^Past/ })
    expect(await within(past).findByText('23 extra persons, 95% interval 5–41')).toBeInTheDocument()
    expect(past).toHaveTextContent('900')
    expect(past).toHaveTextContent('33.7%')
    expect(screen.getByRole('row', { name: /^Later/ })).toHaveTextContent('Draft')
  })
})
