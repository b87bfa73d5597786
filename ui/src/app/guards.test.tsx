import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it } from 'vitest'
import { fakeServer, openApp, session } from '@/testing/app'
import { findProject } from './guards'

const fresh = { needs_owner: true, signed_in: false, version: 'test' }
const signedOut = { needs_owner: false, signed_in: false, version: 'test' }
const signedIn = { needs_owner: false, signed_in: true, version: 'test' }

describe('guards', () => {
  it('send the first visitor of a fresh server to setup without asking for a session', async () => {
    const sent = fakeServer({ 'GET /setup': fresh })
    const app = openApp('/')
    await waitFor(() => expect(app.address()).toBe('/setup'))
    expect(sent.map((request) => request.path)).not.toContain('/session')
  })
  it('send a visitor without a session to sign-in, and remember the address', async () => {
    const sent = fakeServer({ 'GET /setup': signedOut })
    const app = openApp('/p/prj_1/live?a=1')
    await waitFor(() => expect(app.address()).toBe('/sign-in?next=%2Fp%2Fprj_1%2Flive%3Fa%3D1'))
    expect(sent.map((request) => request.path)).not.toContain('/session')
  })
  it('say when the server cannot be reached, and try again', async () => {
    fakeServer({ 'GET /setup': { status: 503, body: 'gone' } })
    openApp('/')
    expect(await screen.findByText(/server cannot be reached/)).toBeInTheDocument()
    fakeServer({ 'GET /setup': fresh })
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('heading', { name: 'Start with Weir' })).toBeInTheDocument()
  })
  it('say when a project does not exist', async () => {
    fakeServer({ 'GET /setup': signedIn, 'GET /session': session })
    openApp('/p/nothing/desk')
    expect(await screen.findByRole('heading', { name: 'No such project' })).toBeInTheDocument()
  })
  it('show a page of their own for an unknown address', async () => {
    fakeServer({ 'GET /setup': signedIn, 'GET /session': session })
    openApp('/p/prj_1/nothing')
    expect(await screen.findByRole('heading', { name: 'No such page' })).toBeInTheDocument()
    expect(screen.getByRole('navigation', { name: 'Main navigation' })).toBeInTheDocument()
  })
})

describe('findProject', () => {
  it('takes an id or an exact name, the id first', () => {
    const other = { ...session.projects[0]!, id: 'prj_2', name: 'prj_1' }
    expect(findProject([other, ...session.projects], 'prj_1')?.id).toBe('prj_1')
    expect(findProject(session.projects, 'Shop')?.id).toBe('prj_1')
    expect(findProject(session.projects, 'shop')).toBeUndefined()
  })
})
