/**
 * The editing of a condition as pure data. A group is `all` or `any`, perhaps under `not`; everything
 * else is a row. The root is always shown as a group, so that a second row can be added to one leaf.
 */
import { isDuration, shapeOf, type Arity } from '@/query/condition'
import type { Condition, DidMeasure, Leaf, Operand, Operator } from '@/query/types'

export type Joint = 'all' | 'any'
export interface Group {
  joint: Joint
  negated: boolean
  items: Condition[]
}
export interface Row {
  negated: boolean
  leaf: Leaf
}
export type Scope = 'event' | 'person'
export type LeafKind = 'property' | 'user' | 'tag' | 'segment' | 'did' | 'did_not'

export function asGroup(condition: Condition): Group | undefined {
  const shape = shapeOf(condition)
  if (shape.type === 'all') return { joint: 'all', negated: false, items: shape.node.all }
  if (shape.type === 'any') return { joint: 'any', negated: false, items: shape.node.any }
  if (shape.type !== 'not') return undefined
  const inner = asGroup(shape.node.not)
  return inner && !inner.negated ? { ...inner, negated: true } : undefined
}

export function fromGroup(group: Group): Condition {
  const plain: Condition = group.joint === 'all' ? { all: group.items } : { any: group.items }
  return group.negated ? { not: plain } : plain
}

export function rootGroup(value: Condition | undefined): Group {
  if (!value) return { joint: 'all', negated: false, items: [] }
  return asGroup(value) ?? { joint: 'all', negated: false, items: [value] }
}

/** The value for a root group: nothing when it has no rows, so that an emptied builder asks about everybody. */
export const fromRoot = (group: Group): Condition | undefined => (group.items.length === 0 ? undefined : fromGroup(group))

/** A row is a leaf or its negation; a double negation is shown as the leaf that it equals. */
export function asRow(condition: Condition): Row {
  const shape = shapeOf(condition)
  if (shape.type === 'not') {
    const inner = asRow(shape.node.not)
    return { negated: !inner.negated, leaf: inner.leaf }
  }
  return { negated: false, leaf: condition as Leaf }
}

export const fromRow = (row: Row): Condition => (row.negated ? { not: row.leaf } : row.leaf)

export function newLeaf(kind: LeafKind): Leaf {
  switch (kind) {
    case 'property':
      return { property: '', op: 'eq' }
    case 'user':
      return { user: '', op: 'eq' }
    case 'tag':
      return { tag: '', op: 'eq' }
    case 'segment':
      return { segment: '' }
    case 'did':
      return { did: { event: '', within: { last: 30, unit: 'day' } } }
    case 'did_not':
      return { did_not: { event: '', within: { last: 30, unit: 'day' } } }
  }
}

export const kindsIn = (scope: Scope): LeafKind[] =>
  scope === 'event' ? ['property', 'user', 'tag', 'segment'] : ['user', 'did', 'did_not', 'tag', 'segment']

/** Changes a row's kind and keeps what both kinds have: «did» and «did not» are about the same events. */
export function changeKind(leaf: Leaf, kind: LeafKind): Leaf {
  const shape = shapeOf(leaf)
  if (shape.type === 'did' && kind === 'did_not') {
    const { event, where, within } = shape.node.did
    return { did_not: { event, ...(where && { where }), ...(within && { within }) } }
  }
  if (shape.type === 'did_not' && kind === 'did') return { did: shape.node.did_not }
  return newLeaf(kind)
}

// ---- Rows of a group

export const replaceItem = (group: Group, at: number, item: Condition): Group => ({
  ...group,
  items: group.items.map((c, i) => (i === at ? item : c)),
})
export const removeItem = (group: Group, at: number): Group => ({ ...group, items: group.items.filter((_, i) => i !== at) })
export const addItem = (group: Group, item: Condition): Group => ({ ...group, items: [...group.items, item] })
export const switchJoint = (group: Group): Group => ({ ...group, joint: group.joint === 'all' ? 'any' : 'all' })

export function moveItem(group: Group, from: number, to: number): Group {
  if (to < 0 || to >= group.items.length || from === to) return group
  const items = [...group.items]
  items.splice(to, 0, ...items.splice(from, 1))
  return { ...group, items }
}

export function duplicateItem(group: Group, at: number): Group {
  const item = group.items[at]
  return item === undefined ? group : { ...group, items: group.items.toSpliced(at + 1, 0, structuredClone(item)) }
}

/** Wraps a row in a group of the other joint, which is why one groups: a and (b or c). */
export function wrapItem(group: Group, at: number): Group {
  const item = group.items[at]
  if (item === undefined) return group
  return replaceItem(group, at, fromGroup({ joint: group.joint === 'all' ? 'any' : 'all', negated: false, items: [item] }))
}

/** Puts a group's rows in its place. A negated group stays, because its rows mean something else outside of it. */
export function dissolveItem(group: Group, at: number): Group {
  const inner = group.items[at] && asGroup(group.items[at])
  if (!inner || inner.negated) return group
  return { ...group, items: group.items.toSpliced(at, 1, ...inner.items) }
}

export function negateItem(group: Group, at: number): Group {
  const item = group.items[at]
  if (item === undefined) return group
  const inner = asGroup(item)
  if (inner) return replaceItem(group, at, fromGroup({ ...inner, negated: !inner.negated }))
  const row = asRow(item)
  return replaceItem(group, at, fromRow({ ...row, negated: !row.negated }))
}

// ---- Operators

export type ValueKind = 'string' | 'number' | 'bool' | 'list' | 'unknown'

const BY_KIND: Record<ValueKind, Operator[]> = {
  string: [
    'eq',
    'neq',
    'in',
    'not_in',
    'contains',
    'not_contains',
    'starts_with',
    'ends_with',
    'matches',
    'before',
    'after',
    'within_last',
    'is_set',
    'is_not_set',
  ],
  number: ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'between', 'in', 'not_in', 'is_set', 'is_not_set'],
  bool: ['is_true', 'is_false', 'is_set', 'is_not_set'],
  list: ['eq', 'neq', 'in', 'not_in', 'is_set', 'is_not_set'],
  unknown: [
    'eq',
    'neq',
    'in',
    'not_in',
    'contains',
    'not_contains',
    'starts_with',
    'ends_with',
    'gt',
    'gte',
    'lt',
    'lte',
    'between',
    'before',
    'after',
    'within_last',
    'is_true',
    'is_false',
    'is_set',
    'is_not_set',
  ],
}

export const operatorsFor = (kind: ValueKind): Operator[] => BY_KIND[kind]
export const MEASURE_OPERATORS: Operator[] = ['gte', 'gt', 'eq', 'lte', 'lt', 'between']

/** The kind of a property's values; one that holds several kinds is compared as what the reader types. */
export function valueKind(types: readonly string[] | undefined): ValueKind {
  const known = types?.filter((t): t is ValueKind => t === 'string' || t === 'number' || t === 'bool' || t === 'list')
  return known?.length === 1 ? (known[0] as ValueKind) : 'unknown'
}

/** The value after the operator changed: kept where the new operator can use it. */
export function convertValue(value: Operand | undefined, to: Arity): Operand | undefined {
  const list = value === undefined || value === '' || isDuration(value) ? [] : Array.isArray(value) ? value : [value]
  switch (to) {
    case 'none':
      return undefined
    case 'one':
      return list[0]
    case 'many':
      return list.length > 0 ? list : undefined
    case 'two':
      return list.length === 2 ? list : undefined
    case 'span':
      return isDuration(value) ? value : { value: 7, unit: 'day' }
  }
}

export const measureName = (m: DidMeasure | undefined): string =>
  m === undefined ? 'once' : typeof m === 'string' ? m : (Object.keys(m)[0] as string)
export const measureProperty = (m: DidMeasure | undefined): string =>
  typeof m === 'object' ? ((Object.values(m)[0] as string | undefined) ?? '') : ''
