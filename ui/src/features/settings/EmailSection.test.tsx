import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'

const saved = {
  host: 'smtp.example.com', port: 587, security: 'starttls', username: 'weir', has_password: true, from_name: 'Shop', from_address: 'news@example.com',
  reply_to: '', rate_per_minute: 600, public_url: 'https://weir.example.com', test_recipients: [], updated_at: null,
}

async function open(replies = {}) {
  const sent = fakeServer({
    'GET /setup': { needs_owner: false, signed_in: true, version: '' }, 'GET /session': session, 'GET /projects/prj_1/channels/email': saved,
    'PUT /projects/prj_1/channels/email': saved, ...replies,
  })
  openApp('/p/prj_1/settings/email')
  expect(await screen.findByDisplayValue('smtp.example.com')).toBeInTheDocument()
  return sent
}

describe('EmailSection', () => {
  it('leaves the stored password alone unless a new one is typed', async () => {
    const sent = await open()
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent.find((request) => request.method === 'PUT')?.body).toMatchObject({ host: 'smtp.example.com', port: 587 }))
    expect(sent.find((request) => request.method === 'PUT')?.body).not.toHaveProperty('password')
    await userEvent.type(screen.getByLabelText('Password'), 'new one')
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(sent.filter((request) => request.method === 'PUT').at(-1)?.body).toMatchObject({ password: 'new one' }))
  })
  it('repeats the mail server’s own words when a test fails, with what to check', async () => {
    const sent = await open({ 'POST /projects/prj_1/channels/email/test': { status: 503, body: { error: { kind: 'unavailable', message: '535 5.7.8 authentication failed', details: [] } } } })
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    expect(await screen.findByText('535 5.7.8 authentication failed')).toBeInTheDocument()
    expect(screen.getByText(/app password/)).toBeInTheDocument()
    expect(sent.at(-1)?.body).toMatchObject({ to: 'owner@example.com', settings: { host: 'smtp.example.com' } })
  })
  it('does not test a form with faults, and shows them', async () => {
    const sent = await open()
    await userEvent.clear(screen.getByDisplayValue('smtp.example.com'))
    await userEvent.click(screen.getByRole('button', { name: 'Send' }))
    expect(await screen.findByText('Enter the host')).toBeInTheDocument()
    expect(sent.some((request) => request.path.endsWith('/test'))).toBe(false)
  })
})
