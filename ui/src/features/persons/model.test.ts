import { describe, expect, it } from 'vitest'
import { byDay, propertiesMatch, readState, writeState, type ListState } from './model'

const base: ListState = { query: '', filter: undefined, segment: '', sort: 'last_seen', descending: true, page: 1 }

describe('the address of the list', () => {
  it.each<ListState>([
    base,
    { ...base, query: '张 & 李?', page: 3 },
    { ...base, sort: 'events', descending: false },
    { ...base, sort: 'name', descending: true, segment: 'seg_1' },
    { ...base, filter: { all: [{ user: 'city', op: 'in', value: ['杭州', 'Xi\'an'] }, { did: { event: 'pay' } }] } },
  ])('comes back as it was: %o', (state) => {
    expect(readState(new URLSearchParams(writeState(state).toString()))).toEqual(state)
  })

  it('is empty by default', () => {
    expect(writeState(base).toString()).toBe('')
  })

  it('leaves out what cannot be read', () => {
    expect(readState(new URLSearchParams('filter={broken&sort=-nothing&page=-4'))).toEqual(base)
    expect(readState(new URLSearchParams('filter=[1]'))).toEqual(base)
  })
})

describe('the timeline', () => {
  const event = (id: string, time: string) => ({ id, name: 'visit', time, properties: {}, distinct_id: 'u' })

  it('is cut into days in order', () => {
    const days = byDay([event('3', '2026-03-02T01:00:00Z'), event('2', '2026-03-01T23:00:00Z'), event('1', '2026-03-01T02:00:00Z')], (t) => t.slice(0, 10))
    expect(days.map((d) => [d.date, d.events.map((e) => e.id)])).toEqual([['2026-03-02', ['3']], ['2026-03-01', ['2', '1']]])
  })

  it('searches names and values', () => {
    expect(propertiesMatch({ city: 'Hangzhou', tags: ['vip', 'new'] }, 'VIP')).toBe(true)
    expect(propertiesMatch({ city: 'Hangzhou' }, 'cit')).toBe(true)
    expect(propertiesMatch({ city: 'Hangzhou' }, 'beijing')).toBe(false)
    expect(propertiesMatch({}, ' ')).toBe(true)
  })
})
