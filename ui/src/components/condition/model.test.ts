import { describe, expect, it } from 'vitest'
import type { Condition, Leaf } from '@/query/types'
import { Random, randomCondition } from '@/testing/questions'
import * as m from './model'

const a: Leaf = { user: 'city', op: 'eq', value: 'Hangzhou' }
const b: Leaf = { segment: 'seg_1' }
const c: Leaf = { did: { event: 'pay' } }
const group = (...items: Condition[]): m.Group => ({ joint: 'all', negated: false, items })

describe('groups and rows', () => {
  it('shows a single leaf as a group of one, and an emptied builder as no condition', () => {
    expect(m.rootGroup(a)).toEqual(group(a))
    expect(m.rootGroup(undefined)).toEqual(group())
    expect(m.fromRoot(m.removeItem(group(a), 0))).toBeUndefined()
  })

  it('reads a negated group and a negated row', () => {
    expect(m.asGroup({ not: { any: [a, b] } })).toEqual({ joint: 'any', negated: true, items: [a, b] })
    expect(m.asGroup({ not: a })).toBeUndefined()
    expect(m.asRow({ not: a })).toEqual({ negated: true, leaf: a })
    expect(m.asRow({ not: { not: a } })).toEqual({ negated: false, leaf: a })
  })

  it('writes back every random condition that is a group as it was', () => {
    const random = new Random(7)
    for (let i = 0; i < 500; i++) {
      const condition = randomCondition(random)
      const read = m.asGroup(condition)
      if (read) expect(m.fromGroup(read)).toEqual(condition)
    }
  })

  it('moves rows within bounds', () => {
    const g = group(a, b, c)
    expect(m.moveItem(g, 0, 2).items).toEqual([b, c, a])
    expect(m.moveItem(g, 2, 0).items).toEqual([c, a, b])
    expect(m.moveItem(g, 0, -1)).toBe(g)
    expect(m.moveItem(g, 2, 3)).toBe(g)
  })

  it('wraps a row in a group of the other joint and dissolves it again', () => {
    const wrapped = m.wrapItem(group(a, b), 1)
    expect(wrapped.items).toEqual([a, { any: [b] }])
    expect(m.dissolveItem(wrapped, 1).items).toEqual([a, b])
  })

  it('does not dissolve a negated group, whose rows mean something else outside', () => {
    const g = group({ not: { any: [a, b] } })
    expect(m.dissolveItem(g, 0)).toBe(g)
  })

  it('negates rows and groups, and takes it back', () => {
    const once = m.negateItem(group(a, { any: [b] }), 0)
    expect(once.items[0]).toEqual({ not: a })
    expect(m.negateItem(once, 0).items[0]).toEqual(a)
    expect(m.negateItem(once, 1).items[1]).toEqual({ not: { any: [b] } })
  })

  it('duplicates deeply', () => {
    const g = m.duplicateItem(group(c), 0)
    expect(g.items).toEqual([c, c])
    expect(g.items[1]).not.toBe(g.items[0])
  })

  it('leaves the old group untouched', () => {
    const g = group(a, b)
    const before = structuredClone(g)
    m.moveItem(g, 0, 1)
    m.removeItem(g, 0)
    m.negateItem(g, 0)
    m.switchJoint(g)
    expect(g).toEqual(before)
  })
})

describe('changing a row', () => {
  it('keeps the events between did and did not, and drops how often', () => {
    const did: Leaf = { did: { event: 'pay', measure: 'count', op: 'gte', value: 2, within: { last: 7, unit: 'day' } } }
    const not = m.changeKind(did, 'did_not')
    expect(not).toEqual({ did_not: { event: 'pay', within: { last: 7, unit: 'day' } } })
    expect(m.changeKind(not, 'did')).toEqual({ did: { event: 'pay', within: { last: 7, unit: 'day' } } })
    expect(m.changeKind(did, 'user')).toEqual({ user: '', op: 'eq' })
  })

  it('keeps a value where the new operator can use it', () => {
    expect(m.convertValue('x', 'many')).toEqual(['x'])
    expect(m.convertValue(['x', 'y'], 'one')).toBe('x')
    expect(m.convertValue(['x', 'y'], 'none')).toBeUndefined()
    expect(m.convertValue(3, 'two')).toBeUndefined()
    expect(m.convertValue(3, 'span')).toEqual({ value: 7, unit: 'day' })
    expect(m.convertValue({ value: 2, unit: 'week' }, 'one')).toBeUndefined()
  })

  it('offers operators by what a property holds', () => {
    expect(m.operatorsFor(m.valueKind(['number']))).toContain('between')
    expect(m.operatorsFor(m.valueKind(['bool']))).not.toContain('eq')
    expect(m.valueKind(['string', 'number'])).toBe('unknown')
    expect(m.valueKind(undefined)).toBe('unknown')
  })
})
