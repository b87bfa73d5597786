import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session, signedOut } from '@/testing/app'

async function fill() {
  await userEvent.type(await screen.findByLabelText('E-mail'), 'owner@example.com')
  await userEvent.type(screen.getByLabelText('Password'), 'secret words')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

describe('SignInPage', () => {
  it('goes on to the address that was asked for', async () => {
    const sent = fakeServer({ 'GET /setup': { needs_owner: false, signed_in: false, version: '' }, 'POST /session': session, 'GET /session': session })
    const app = openApp('/sign-in?next=%2Fp%2Fprj_1%2Fsettings%2Faccount')
    await fill()
    await waitFor(() => expect(app.address()).toBe('/p/prj_1/settings/account'))
    expect(sent).toContainEqual({ method: 'POST', path: '/session', body: { email: 'owner@example.com', password: 'secret words' } })
  })
  it('says plainly that the password is wrong', async () => {
    fakeServer({ 'POST /session': signedOut })
    openApp('/sign-in')
    await fill()
    expect(await screen.findByRole('alert')).toHaveTextContent('The e-mail or the password is not right.')
  })
  it('asks for what is missing before it sends anything', async () => {
    const sent = fakeServer({})
    openApp('/sign-in')
    await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }))
    expect(await screen.findByText('Enter your e-mail')).toBeInTheDocument()
    expect(sent).toEqual([])
  })
})
