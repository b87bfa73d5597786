import { act, render, waitFor } from '@testing-library/react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { expect, it, vi } from 'vitest'
import { useAsked, type AskedState } from './useAsked'

function open(address: string) {
  const seen: { now?: AskedState<'trend'> } = {}
  function Page() {
    seen.now = useAsked('trend')
    return null
  }
  const router = createMemoryRouter([{ path: '/', element: <Page /> }], { initialEntries: [address] })
  render(<RouterProvider router={router} />)
  const search = () => router.state.location.search
  return { router, search, state: () => seen.now as AskedState<'trend'> }
}

it('changes at once and writes the address a moment later', async () => {
  const page = open('/')
  act(() => page.state().setQuestion((q) => ({ ...q, interval: 'week' })))
  expect(page.state().question.interval).toBe('week')
  expect(page.search()).toBe('')
  await waitFor(() => expect(page.search()).toBe('?interval=week'))
})

it('goes back and forward through the questions', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(10_000)
  const page = open('/')
  act(() => page.state().setQuestion((q) => ({ ...q, interval: 'week' })))
  await waitFor(() => expect(page.search()).toBe('?interval=week'))
  vi.spyOn(performance, 'now').mockReturnValue(20_000)
  act(() => page.state().setView('chart', 'bar'))
  await waitFor(() => expect(page.search()).toBe('?interval=week&view.chart=bar'))
  await act(() => page.router.navigate(-1))
  expect(page.state().view).toEqual({})
  await act(() => page.router.navigate(-1))
  expect(page.state().question.interval).toBe('day')
  await act(() => page.router.navigate(2))
  expect([page.state().question.interval, page.state().view.chart]).toEqual(['week', 'bar'])
})

it('takes quick edits as one step of the history', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(10_000)
  const page = open('/')
  act(() => page.state().setQuestion((q) => ({ ...q, interval: 'week' })))
  await waitFor(() => expect(page.search()).toBe('?interval=week'))
  vi.spyOn(performance, 'now').mockReturnValue(10_900)
  act(() => page.state().setQuestion((q) => ({ ...q, interval: 'month' })))
  await waitFor(() => expect(page.search()).toBe('?interval=month'))
  await act(() => page.router.navigate(-1))
  expect(page.search()).toBe('')
})

it('leaves an address alone that is spelled in the browser’s way, and one that it cannot read', async () => {
  const page = open('/?series=%21%28%28event%3Apay%2Cmeasure%3Acount%29%29&colour=red')
  expect(page.state().question.series).toEqual([{ event: 'pay', measure: 'count' }])
  expect(page.state().unread).toEqual(['colour'])
  await new Promise((resolve) => setTimeout(resolve, 350))
  expect(page.search()).toContain('colour=red')
})
