import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { App } from 'antd'
import type { ReactNode } from 'react'
import { MemoryRouter } from 'react-router'
import { describe, expect, it, vi } from 'vitest'
import { ProjectProvider } from '@/app/session'
import { fakeServer, project } from '@/testing/app'
import { PersonsDrawer } from './PersonsDrawer'
import { SaveSegmentModal } from './SaveSegmentModal'

const question = { kind: 'funnel', actors: { step: 2, dropped: true } }
const person = (n: number) => ({ id: `p_${n}`, name: '', distinct_id: `u-${n}`, distinct_ids: [`u-${n}`], properties: {}, first_seen: null, last_seen: null, events: 3 })

function show(children: ReactNode) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  render(
    <QueryClientProvider client={client}>
      <MemoryRouter><App><ProjectProvider project={project}>{children}</ProjectProvider></App></MemoryRouter>
    </QueryClientProvider>,
  )
}

describe('PersonsDrawer', () => {
  it('asks for the cell page by page and leads to the persons', async () => {
    const sent = fakeServer({ 'POST /projects/prj_1/query': (body: unknown) => ({ persons: [person((body as { offset: number }).offset)], total: 1234 }) })
    show(<PersonsDrawer open title="Dropped" body={question} onClose={() => {}} onSaveSegment={() => {}} />)
    expect(await screen.findByText('1,234 in total')).toBeInTheDocument()
    expect(screen.getByRole('link', { name: /u-0/ })).toHaveAttribute('href', '/p/prj_1/persons/p_0')
    await userEvent.click(screen.getByRole('listitem', { name: '2' }))
    expect(await screen.findByRole('link', { name: /u-50/ })).toBeInTheDocument()
    expect(sent.at(-1)?.body).toEqual({ ...question, limit: 50, offset: 50 })
  })
  it('says that nobody is here, and offers no segment of nobody', async () => {
    fakeServer({ 'POST /projects/prj_1/query': { persons: [], total: 0 } })
    show(<PersonsDrawer open title="Dropped" body={question} onClose={() => {}} onSaveSegment={() => {}} />)
    expect(await screen.findByText('Nobody is here')).toBeInTheDocument()
    expect(screen.queryByRole('button', { name: 'Save as segment' })).toBeNull()
  })
  it('shows the server’s reason with a way out', async () => {
    fakeServer({ 'POST /projects/prj_1/query': { status: 400, body: { error: { kind: 'invalid', message: 'The question is not complete.', details: [{ where: 'steps[1].event', what: 'is missing' }] } } } })
    show(<PersonsDrawer open title="Dropped" body={question} onClose={() => {}} />)
    expect(await screen.findByText('The question is not complete.')).toBeInTheDocument()
    expect(screen.getByText('steps[1].event')).toBeInTheDocument()
    expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument()
  })
})

describe('SaveSegmentModal', () => {
  it('saves the cell under a name and tells who asked', async () => {
    const sent = fakeServer({ 'POST /projects/prj_1/segments': { id: 'seg_9', name: 'Dropped at payment', persons: 4321 } })
    const onSaved = vi.fn()
    const onClose = vi.fn()
    show(<SaveSegmentModal open definition={{ question }} suggestedName="Dropped" onClose={onClose} onSaved={onSaved} />)
    await userEvent.type(await screen.findByLabelText('Name'), ' at payment')
    await userEvent.click(screen.getByRole('button', { name: 'Save' }))
    expect(await screen.findByText(/4,321 persons/)).toBeInTheDocument()
    expect(sent[0]?.body).toEqual({ name: 'Dropped at payment', question })
    expect(onSaved).toHaveBeenCalledOnce()
    expect(onClose).toHaveBeenCalledOnce()
  })
  it('stays open when the name is taken', async () => {
    fakeServer({ 'POST /projects/prj_1/segments': { status: 409, body: { error: { kind: 'conflict', message: 'A segment has this name already.', details: [] } } } })
    const onClose = vi.fn()
    show(<SaveSegmentModal open definition={{ question }} suggestedName="Dropped" onClose={onClose} />)
    await userEvent.click(await screen.findByRole('button', { name: 'Save' }))
    expect(await screen.findByText('A segment has this name already.')).toBeInTheDocument()
    expect(onClose).not.toHaveBeenCalled()
  })
})
