import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ProjectProvider } from '@/app/session'
import type { Condition } from '@/query/types'
import { fakeServer, project } from '@/testing/app'
import ConditionBuilder from './ConditionBuilder'

const a: Condition = { user: 'city', op: 'eq', value: 'Hangzhou' }
const b: Condition = { user: 'vip', op: 'is_true' }

function open(first: Condition | undefined) {
  const seen = vi.fn<(value: Condition | undefined) => void>()
  function Page() {
    const [value, setValue] = useState(first)
    const change = (next: Condition | undefined) => {
      seen(next)
      setValue(next)
    }
    return <ConditionBuilder value={value} onChange={change} scope="person" sentence size={<span>40 persons</span>} />
  }
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ProjectProvider project={project}>
        <Page />
      </ProjectProvider>
    </QueryClientProvider>,
  )
  return { last: () => seen.mock.lastCall?.[0] }
}

describe('the condition builder', () => {
  beforeEach(() => {
    fakeServer({
      [`GET /projects/${project.id}/catalog/events`]: { events: [] },
      [`GET /projects/${project.id}/catalog/properties`]: { properties: [{ name: 'city', types: ['string'], count: 1 }] },
      [`GET /projects/${project.id}/catalog/values`]: { values: [] },
      [`GET /projects/${project.id}/segments`]: { segments: [] },
    })
  })

  it('adds a row, which does not count until it is finished', async () => {
    const user = userEvent.setup()
    const builder = open(undefined)
    expect(screen.getByText('No conditions: everyone is included')).toBeVisible()
    expect(screen.getByText('40 persons')).toBeVisible()
    await user.click(screen.getByRole('button', { name: 'Add condition' }))
    expect(builder.last()).toEqual({ all: [{ user: '', op: 'eq' }] })
    expect(screen.getByText('1 row is unfinished and does not count yet')).toBeVisible()
  })

  it('switches and to or on the rail, and says so', async () => {
    const user = userEvent.setup()
    const builder = open({ all: [a, b] })
    await user.click(screen.getByRole('button', { name: 'Rows are joined by “and”; press to switch' }))
    expect(builder.last()).toEqual({ any: [a, b] })
    expect(screen.getByText('“city” is “Hangzhou” or “vip” is true')).toBeVisible()
  })

  it('moves rows by Alt and the arrow keys', async () => {
    const user = userEvent.setup()
    const builder = open({ all: [a, b] })
    screen.getByRole('button', { name: 'Remove condition 2' }).focus()
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}')
    expect(builder.last()).toEqual({ all: [b, a] })
  })

  it('moves only the row of the inner group that has the focus', async () => {
    const user = userEvent.setup()
    const builder = open({ all: [a, { any: [a, b] }] })
    const buttons = screen.getAllByRole('button', { name: 'Remove condition 2' })
    buttons[0]?.focus()
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}')
    expect(builder.last()).toEqual({ all: [a, { any: [b, a] }] })
  })

  it('removes the last row and is then without a condition', async () => {
    const user = userEvent.setup()
    const builder = open(b)
    await user.click(screen.getByRole('button', { name: 'Remove condition 1' }))
    expect(builder.last()).toBeUndefined()
  })

  it('negates a row from its menu', async () => {
    const user = userEvent.setup()
    const builder = open({ all: [a] })
    await user.click(screen.getByRole('button', { name: 'More for condition 1' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Negate' }))
    expect(builder.last()).toEqual({ all: [{ not: a }] })
  })

  it('shows a sequence as it reads and leaves it as it is', () => {
    open({ all: [{ sequence: [{ event: 'apply' }, { event: 'pay', within: { value: 1, unit: 'hour' }, absent: true }] }] })
    expect(screen.getAllByText(/in sequence: “apply”, then not “pay” within 1 hours/)).toHaveLength(2)
  })
})
