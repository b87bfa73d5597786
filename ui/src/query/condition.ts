import type {
  AllOf,
  AnyOf,
  Condition,
  Did,
  DidLeaf,
  DidMeasure,
  DidNotLeaf,
  Duration,
  EventSet,
  Leaf,
  Not,
  Operand,
  Operator,
  PropertyLeaf,
  SegmentLeaf,
  SequenceLeaf,
  TagLeaf,
  UserLeaf,
} from './types'

export type ConditionShape =
  | { type: 'all'; node: AllOf }
  | { type: 'any'; node: AnyOf }
  | { type: 'not'; node: Not }
  | { type: 'property'; node: PropertyLeaf }
  | { type: 'user'; node: UserLeaf }
  | { type: 'tag'; node: TagLeaf }
  | { type: 'segment'; node: SegmentLeaf }
  | { type: 'did'; node: DidLeaf }
  | { type: 'did_not'; node: DidNotLeaf }
  | { type: 'sequence'; node: SequenceLeaf }

/** The wire format tells nodes apart by their key; this gives the union a tag to switch on. */
export function shapeOf(condition: Condition): ConditionShape {
  if ('all' in condition) return { type: 'all', node: condition }
  if ('any' in condition) return { type: 'any', node: condition }
  if ('not' in condition) return { type: 'not', node: condition }
  if ('property' in condition) return { type: 'property', node: condition }
  if ('user' in condition) return { type: 'user', node: condition }
  if ('tag' in condition) return { type: 'tag', node: condition }
  if ('segment' in condition) return { type: 'segment', node: condition }
  if ('did' in condition) return { type: 'did', node: condition }
  if ('did_not' in condition) return { type: 'did_not', node: condition }
  return { type: 'sequence', node: condition }
}

const NO_VALUE: ReadonlySet<Operator> = new Set(['is_set', 'is_not_set', 'is_true', 'is_false'])
const LISTS: ReadonlySet<Operator> = new Set(['in', 'not_in'])

export type Arity = 'none' | 'one' | 'many' | 'two' | 'span'

/** How many values an operator compares with. */
export function arity(op: Operator): Arity {
  if (NO_VALUE.has(op)) return 'none'
  if (LISTS.has(op)) return 'many'
  if (op === 'within_last') return 'span'
  return op === 'between' ? 'two' : 'one'
}

export const eventNames = (set: EventSet): string[] => (Array.isArray(set) ? set : set === '' ? [] : [set])
export const hasEvent = (set: EventSet): boolean => eventNames(set).length > 0

export function isDuration(value: Operand | undefined): value is Duration {
  return typeof value === 'object' && !Array.isArray(value)
}

function valueComplete(op: Operator, value: Operand | undefined): boolean {
  switch (arity(op)) {
    case 'none':
      return true
    case 'many':
      return Array.isArray(value) && value.length > 0
    case 'two':
      return Array.isArray(value) && value.length === 2 && value.every((v) => v !== '')
    case 'one':
      return value !== undefined && typeof value !== 'object' && value !== ''
    case 'span':
      return isDuration(value) && value.value > 0
  }
}

const measureComplete = (m: DidMeasure | undefined): boolean =>
  m === undefined || typeof m === 'string' || Object.values(m).every((p) => p !== '')

function didComplete(did: Did): boolean {
  if (!hasEvent(did.event) || !measureComplete(did.measure)) return false
  if (did.op !== undefined && !valueComplete(did.op, did.value)) return false
  return did.op !== undefined || typeof did.measure !== 'object'
}

/** Whether a row says enough to be asked. A row without a property or a value is still being written. */
export function leafComplete(leaf: Leaf): boolean {
  const shape = shapeOf(leaf)
  switch (shape.type) {
    case 'property':
      return shape.node.property !== '' && valueComplete(shape.node.op, shape.node.value)
    case 'user':
      return shape.node.user !== '' && valueComplete(shape.node.op, shape.node.value)
    case 'tag':
      return shape.node.tag !== '' && valueComplete(shape.node.op, shape.node.value)
    case 'segment':
      return shape.node.segment !== ''
    case 'did':
      return didComplete(shape.node.did)
    case 'did_not':
      return hasEvent(shape.node.did_not.event)
    case 'sequence':
      return shape.node.sequence.length > 0 && shape.node.sequence.every((s) => hasEvent(s.event))
    default:
      return true
  }
}

/** The condition without rows that are still being written; undefined when nothing is left. */
export function finished(condition: Condition | undefined): Condition | undefined {
  if (!condition) return undefined
  const shape = shapeOf(condition)
  switch (shape.type) {
    case 'all':
    case 'any': {
      const items = childrenOf(shape.node)
        .map(finished)
        .filter((c): c is Condition => c !== undefined)
      if (items.length === 0) return undefined
      return shape.type === 'all' ? { all: items } : { any: items }
    }
    case 'not': {
      const inner = finished(shape.node.not)
      return inner && { not: inner }
    }
    case 'did':
      return leafComplete(shape.node) ? { did: finishedDid(shape.node.did) } : undefined
    case 'did_not':
      return leafComplete(shape.node) ? { did_not: finishedDid(shape.node.did_not) } : undefined
    default:
      return leafComplete(shape.node) ? shape.node : undefined
  }
}

function finishedDid(did: Did): Did {
  const { where, ...rest } = did
  const clean = finished(where)
  return clean ? { ...rest, where: clean } : rest
}

/** How many rows are still being written, those inside «did» included. */
export function unfinishedRows(condition: Condition | undefined): number {
  if (!condition) return 0
  const shape = shapeOf(condition)
  switch (shape.type) {
    case 'all':
    case 'any':
      return childrenOf(shape.node).reduce((sum, c) => sum + unfinishedRows(c), 0)
    case 'not':
      return unfinishedRows(shape.node.not)
    case 'did':
      return (leafComplete(shape.node) ? 0 : 1) + unfinishedRows(shape.node.did.where)
    case 'did_not':
      return (leafComplete(shape.node) ? 0 : 1) + unfinishedRows(shape.node.did_not.where)
    default:
      return leafComplete(shape.node) ? 0 : 1
  }
}

export const childrenOf = (node: AllOf | AnyOf): Condition[] => ('all' in node ? node.all : node.any)

/** A copy of the object without a field; an absent field and an undefined one are told apart by deep comparison. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: K[]): Omit<T, K> {
  const out = { ...value }
  for (const key of keys) delete out[key]
  return out
}
