/** A condition as one sentence, in the reader's language. */
import { childrenOf, eventNames, isDuration, leafComplete, shapeOf } from '@/query/condition'
import type { Condition, Did, EventSet, Leaf, Operand, Operator, Scalar, SequenceLeaf, Within } from '@/query/types'

export type Translate = (key: string, values?: Record<string, unknown>) => string

/** How things are called on screen. What is not known keeps its own name. */
export interface Names {
  event?: (name: string) => string | undefined
  segment?: (id: string) => string | undefined
}

const SYMBOLS: Partial<Record<Operator, string>> = { eq: '=', neq: '≠', gt: '>', gte: '≥', lt: '<', lte: '≤', between: '∈' }

export function conditionSentence(condition: Condition | undefined, t: Translate, names: Names = {}): string {
  if (!condition) return t('condition:sentence.everyone')
  return new Teller(t, names).tell(condition, true)
}

/** Event names as they are said: «pay», «cart or favourite», any event. */
export function eventSentence(set: EventSet, t: Translate, names: Names = {}): string {
  return new Teller(t, names).events(set)
}

class Teller {
  constructor(
    private readonly t: Translate,
    private readonly names: Names,
  ) {}

  tell(condition: Condition, outermost = false): string {
    const shape = shapeOf(condition)
    switch (shape.type) {
      case 'all':
      case 'any':
        return this.group(childrenOf(shape.node), shape.type, outermost)
      case 'not':
        return this.say('not', { inner: this.tell(shape.node.not, true) })
      default:
        return this.leaf(condition as Leaf)
    }
  }

  private group(items: Condition[], joint: 'all' | 'any', outermost: boolean): string {
    if (items.length === 0) return this.say('anything')
    if (items.length === 1) return this.tell(items[0] as Condition, outermost)
    const inner = items.map((c) => this.tell(c)).join(this.say(joint === 'all' ? 'and' : 'or'))
    return outermost ? inner : this.say('group', { inner })
  }

  private leaf(leaf: Leaf): string {
    if (!leafComplete(leaf)) return this.say('unfinished')
    const shape = shapeOf(leaf)
    switch (shape.type) {
      case 'property':
        return this.comparison('property', shape.node.property, shape.node)
      case 'user':
        return this.comparison('user', shape.node.user, shape.node)
      case 'tag':
        return this.comparison('tag', shape.node.tag, shape.node)
      case 'segment':
        return this.say('segment', { name: this.quote(this.names.segment?.(shape.node.segment) ?? shape.node.segment) })
      case 'did':
        return this.did('did', shape.node.did)
      case 'did_not':
        return this.did('did_not', shape.node.did_not)
      case 'sequence':
        return this.sequence(shape.node)
      default:
        return this.tell(leaf)
    }
  }

  private comparison(kind: 'property' | 'user' | 'tag', name: string, c: { op: Operator; value?: Operand }): string {
    const value = kind === 'tag' && name === 'rfm' ? this.rfm(c.value) : this.value(c.op, c.value)
    const shown = kind === 'tag' && name === 'rfm' ? 'RFM' : name
    return this.say(kind, { name: this.quote(shown), op: this.t(`condition:ops.${c.op}`), value }).trim()
  }

  private rfm(value: Operand | undefined): string {
    const list = value === undefined ? [] : Array.isArray(value) ? value : [value]
    return list.map((v) => this.quote(this.t(`condition:rfm.${String(v)}`, { defaultValue: String(v) }))).join(this.say('list'))
  }

  private value(op: Operator, value: Operand | undefined): string {
    if (value === undefined) return ''
    if (isDuration(value)) return `${value.value} ${this.t(`condition:units.${value.unit}`)}`
    if (!Array.isArray(value)) return this.scalar(value)
    if (op === 'between') return this.say('range', { from: this.scalar(value[0] ?? ''), to: this.scalar(value[1] ?? '') })
    return value.map((v) => this.scalar(v)).join(this.say('list'))
  }

  private scalar(value: Scalar): string {
    if (typeof value === 'boolean') return this.say(value ? 'yes' : 'no')
    return typeof value === 'number' ? this.say('number', { value }) : this.quote(value)
  }

  private quote = (text: string): string => this.say('quote', { text })

  events(set: EventSet): string {
    const names = eventNames(set)
    if (names.includes('*')) return this.say('any_event')
    return names.map((n) => this.quote(this.names.event?.(n) ?? n)).join(this.say('or'))
  }

  private did(kind: 'did' | 'did_not', did: Did): string {
    const where = did.where && this.say('where', { inner: this.tell(did.where, true) })
    return this.say(kind, {
      event: this.events(did.event),
      where: where ?? '',
      measure: this.measure(did),
      within: this.within(did.within),
    }).trim()
  }

  private measure(did: Did): string {
    if (did.op === undefined) return ''
    const op = SYMBOLS[did.op] ?? this.t(`condition:ops.${did.op}`)
    const value = this.value(did.op, did.value).trim()
    const measure = did.measure ?? 'count'
    if (typeof measure === 'string') return this.say(measure, { op, value })
    const [name, property] = Object.entries(measure)[0] as [string, string]
    return this.say('of', { measure: this.t(`condition:measures.${name}`), name: this.quote(property), op, value })
  }

  private within(within: Within | undefined): string {
    if (!within) return this.say('ever')
    if ('last' in within) return this.say('last', { n: within.last, unit: this.t(`condition:units.${within.unit}`) })
    return this.say('dates', within)
  }

  private sequence(node: SequenceLeaf): string {
    const steps = node.sequence.map((s) => {
      const event = s.absent ? this.say('absent', { event: this.events(s.event) }) : this.events(s.event)
      if (!s.within) return event
      return this.say('sequence_within', { event, n: s.within.value, unit: this.t(`condition:units.${s.within.unit}`) })
    })
    return this.say('sequence', { steps: steps.join(this.say('then')) })
  }

  private say(key: string, values?: Record<string, unknown>): string {
    return this.t(`condition:sentence.${key}`, values)
  }
}
