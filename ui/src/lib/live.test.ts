import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addItems, matches, readMessage, useLive, type LiveItem } from './live'

const event = (id: string, name = 'order_paid'): LiveItem => {
  const item = readMessage('event', JSON.stringify({ id, name, time: '2026-01-01T00:00:00Z', received_at: '2026-01-01T00:00:01Z', distinct_id: 'u-1', person: 'p_a', protocol: 'segment', properties: { city: '杭州' } }))
  if (!item) throw new Error('unreadable')
  return item
}

describe('addItems', () => {
  it('puts the newest on top and keeps to the capacity', () => {
    const items = addItems([event('1')], [event('2'), event('3')], 2)
    expect(items.map((item) => item.key)).toEqual(['e:3', 'e:2'])
  })
  it('ignores what the server repeats, within a batch and across', () => {
    const items = [event('1')]
    expect(addItems(items, [event('1')])).toBe(items)
    expect(addItems(items, [event('2'), event('2')]).map((item) => item.key)).toEqual(['e:2', 'e:1'])
  })
})

describe('readMessage', () => {
  it('takes reasons as texts or as objects', () => {
    const item = readMessage('rejected', '{"time":"2026-01-01T00:00:00Z","protocol":"native","reasons":["no name",{"index":2,"field":"name","reason":"is empty"}]}')
    expect(item).toMatchObject({ type: 'rejected', reasons: [{ reason: 'no name' }, { index: 2, field: 'name', reason: 'is empty' }] })
  })
  it.each(['', 'rubbish', 'null', '[]', '{"name":1}'])('drops %j', (data) => {
    expect(readMessage('event', data)).toBeNull()
  })
})

describe('matches', () => {
  it('looks at name, ids and property values, all words', () => {
    expect(matches(event('1'), { text: 'ORDER 杭州', show: 'all' })).toBe(true)
    expect(matches(event('1'), { text: 'u-1', show: 'event' })).toBe(true)
    expect(matches(event('1'), { text: 'order 上海', show: 'all' })).toBe(false)
    expect(matches(event('1'), { text: '', show: 'rejected' })).toBe(false)
  })
})

class FakeSource extends EventTarget {
  static all: FakeSource[] = []
  static readonly CLOSED = 2
  readyState = 0
  onopen?: () => void
  onmessage?: (message: { data: string }) => void
  onerror?: () => void
  closed = false
  constructor(readonly url: string) {
    super()
    FakeSource.all.push(this)
  }
  close() {
    this.closed = true
  }
}

describe('useLive', () => {
  beforeEach(() => {
    FakeSource.all = []
    vi.useFakeTimers()
    vi.stubGlobal('EventSource', FakeSource)
  })
  afterEach(() => vi.useRealTimers())

  it('shows what arrives, reconnects after a refusal, closes at the end', () => {
    const { result, unmount } = renderHook(() => useLive('shop'))
    const first = FakeSource.all[0]
    expect(first?.url).toBe('/api/v1/projects/shop/live')
    act(() => {
      first?.onopen?.()
      first?.onmessage?.({ data: JSON.stringify({ id: 'a', name: 'x' }) })
      vi.advanceTimersByTime(250)
    })
    expect(result.current).toMatchObject({ status: 'open', items: [{ key: 'e:a' }] })
    act(() => {
      if (first) first.readyState = FakeSource.CLOSED
      first?.onerror?.()
    })
    expect(result.current.status).toBe('lost')
    act(() => void vi.advanceTimersByTime(3000))
    expect(FakeSource.all).toHaveLength(2)
    unmount()
    expect(FakeSource.all[1]?.closed).toBe(true)
  })
})
