import { describe, expect, it } from 'vitest'
import { ApiError } from '@/api/request'
import type { Segment } from '@/api/types'
import { i18next } from '@/i18n'
import { conditionOf, definitionSentence } from './definition'
import { arrange, readState, shareOf, writeState, type ListState } from './model'
import { usesOf } from './useDelete'

const base: ListState = { query: '', sort: 'updated', descending: true, page: 1 }
const segment = (id: string, name: string, persons: number, updated: string): Segment => ({
  id, name, description: '', condition: null, question: null, persons, created_at: updated, updated_at: updated, used_by: [],
})
const list = [segment('seg_1', '加购未支付', 30, '2026-01-02T00:00:00Z'), segment('seg_2', 'Lapsed 10', 50, '2026-01-03T00:00:00Z'), segment('seg_3', 'Lapsed 9', 5, '2026-01-01T00:00:00Z')]
const words = (s: Segment) => (s.id === 'seg_1' ? 'did add_to_cart' : '')

describe('address of the list', () => {
  it.each<ListState>([base, { ...base, query: '加购 x', page: 3 }, { ...base, sort: 'name', descending: false }, { ...base, sort: 'persons' }])('reads what it wrote: %o', (state) => {
    expect(readState(new URLSearchParams(writeState(state).toString()))).toEqual(state)
  })
  it('is empty by default, and takes nonsense for the default', () => {
    expect(writeState(base).toString()).toBe('')
    expect(readState(new URLSearchParams('sort=size&page=-2'))).toEqual(base)
  })
})

describe('arrange', () => {
  it('sorts by name as people count, by size, and by age', () => {
    expect(arrange(list, { ...base, sort: 'name', descending: false, query: 'lapsed' }, words, 'en').map((s) => s.name)).toEqual(['Lapsed 9', 'Lapsed 10'])
    expect(arrange(list, { ...base, sort: 'persons' }, words, 'en').map((s) => s.persons)).toEqual([50, 30, 5])
    expect(arrange(list, base, words, 'en').map((s) => s.id)).toEqual(['seg_2', 'seg_1', 'seg_3'])
  })
  it('finds by the rule too, and only with all words', () => {
    expect(arrange(list, { ...base, query: 'cart did' }, words, 'en').map((s) => s.id)).toEqual(['seg_1'])
    expect(arrange(list, { ...base, query: 'cart lapsed' }, words, 'en')).toEqual([])
  })
})

describe('shares', () => {
  it('are unknown without a whole, and never above it', () => {
    expect([shareOf(5, 0), shareOf(5, undefined), shareOf(1, 4), shareOf(9, 4)]).toEqual([null, null, 0.25, 1])
  })
})

describe('definition', () => {
  const t = (key: string, values?: Record<string, unknown>) => String(i18next.t(key, values))
  it('is the sentence of a condition', () => {
    expect(definitionSentence({ condition: { user: 'city', op: 'eq', value: '杭州' }, question: null }, t, {})).toContain('杭州')
  })
  it('names the cell of a question', () => {
    const question = {
      kind: 'funnel', range: { last: 30, unit: 'day' }, steps: [{ event: 'view' }, { event: 'pay' }], window: { value: 7, unit: 'day' }, order: 'ordered', actors: { step: 2, dropped: true },
    } as unknown as Segment['question']
    const sentence = definitionSentence({ condition: null, question }, t, {})
    expect(sentence).toContain('did not reach step 2')
    expect(sentence).toContain('pay')
  })
  it('says so when it has no words for a question of a newer server', () => {
    const question = { kind: 'paths', range: null } as unknown as Segment['question']
    expect(definitionSentence({ condition: null, question }, t, {})).toBe('From an answer of an analysis')
  })
  it('is no condition when it cannot be read', () => {
    expect(conditionOf({ condition: { sounds: 'like' } as unknown as Segment['condition'] })).toBeUndefined()
  })
})

describe('usesOf', () => {
  it('reads who uses it from a refusal', () => {
    const refusal = new ApiError('conflict', 'in use', 409, [{ where: 'campaign cmp_1', what: 'Spring' }])
    expect(usesOf(refusal)).toEqual([{ kind: 'campaign', id: 'cmp_1', name: 'Spring' }])
    expect(usesOf(new ApiError('internal', 'x', 500))).toBeUndefined()
  })
})
