/**
 * Readers turn what an address says into typed parts of a question. Each checks the shape and says
 * where it is wrong; nothing is coerced or silently replaced.
 */
import { isDate } from './range'
import type {
  Breakdown,
  Condition,
  Did,
  DidMeasure,
  Duration,
  EventSet,
  Measure,
  Operand,
  Operator,
  Range,
  Scalar,
  SequenceStep,
  Series,
  Step,
  Unit,
  Value,
  Within,
} from './types'
import { OPERATORS, PRESETS, PROPERTY_MEASURES, SIMPLE_MEASURES } from './types'

export class ShapeError extends Error {
  constructor(readonly where: string) {
    super(`not understood: ${where}`)
  }
}

type Fields = Record<string, unknown>
export type Reader<T> = (value: unknown, where: string) => T

export function oneOf<T extends string>(list: readonly T[]): Reader<T> {
  return (value, where) => {
    if (typeof value !== 'string' || !list.includes(value as T)) throw new ShapeError(where)
    return value as T
  }
}

export const text: Reader<string> = (value, where) => {
  if (typeof value !== 'string') throw new ShapeError(where)
  return value
}

export const integer: Reader<number> = (value, where) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new ShapeError(where)
  return value
}

const flag: Reader<boolean> = (value, where) => {
  if (typeof value !== 'boolean') throw new ShapeError(where)
  return value
}

export function listOf<T>(item: Reader<T>): Reader<T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new ShapeError(where)
    return value.map((v, i) => item(v, `${where}[${i}]`))
  }
}

function fields(value: unknown, where: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ShapeError(where)
  for (const key of Object.keys(value)) if (!known.includes(key)) throw new ShapeError(`${where}.${key}`)
  return value as Fields
}

function optional<T>(read: Reader<T>, from: Fields, key: string, where: string): T | undefined {
  return from[key] === undefined ? undefined : read(from[key], `${where}.${key}`)
}

/** Leaves out what is undefined, so that decoded questions compare equal to the ones that were encoded. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
}

const UNITS: readonly Unit[] = ['minute', 'hour', 'day', 'week', 'month']
const unit = oneOf(UNITS)
export const eventSet: Reader<EventSet> = (value, where) => (Array.isArray(value) ? listOf(text)(value, where) : text(value, where))

const scalar: Reader<Scalar> = (value, where) => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new ShapeError(where)
}
const anyValue: Reader<Value> = (value, where) => (Array.isArray(value) ? listOf(scalar)(value, where) : scalar(value, where))

export const duration: Reader<Duration> = (value, where) => {
  const f = fields(value, where, ['value', 'unit'])
  return { value: integer(f.value, `${where}.value`), unit: unit(f.unit, `${where}.unit`) }
}

/** Ranges have a short form of their own: `last30`, a preset's name, or `2026-01-01..2026-01-31`. */
export const range: Reader<Range> = (value, where) => {
  const said = text(value, where)
  const last = /^last(\d{1,4})$/.exec(said)
  if (last) return { last: Number(last[1]) }
  const dates = said.split('..')
  if (dates.length === 2 && isDate(dates[0]) && isDate(dates[1])) return { from: dates[0], to: dates[1] }
  return { preset: oneOf(PRESETS)(said, where) }
}

export function rangeText(r: Range): string {
  if ('last' in r) return `last${r.last}`
  return 'preset' in r ? r.preset : `${r.from}..${r.to}`
}

const within: Reader<Within> = (value, where) => {
  const f = fields(value, where, ['last', 'unit', 'from', 'to'])
  if (f.last !== undefined) return { last: integer(f.last, `${where}.last`), unit: unit(f.unit, `${where}.unit`) }
  return { from: text(f.from, `${where}.from`), to: text(f.to, `${where}.to`) }
}

const DID_FIELDS = ['event', 'where', 'measure', 'op', 'value', 'within']
const didMeasure: Reader<DidMeasure> = (value, where) =>
  typeof value === 'string'
    ? oneOf(['count', 'days'] as const)(value, where)
    : (measureOf(value, where, ['sum', 'avg', 'min', 'max', 'distinct']) as DidMeasure)

function measureOf(value: unknown, where: string, names: readonly string[]): Record<string, string> {
  const f = fields(value, where, names)
  const keys = Object.keys(f)
  const key = keys[0]
  if (keys.length !== 1 || key === undefined) throw new ShapeError(where)
  return { [key]: text(f[key], `${where}.${key}`) }
}

const did: Reader<Did> = (value, where) => {
  const f = fields(value, where, DID_FIELDS)
  return compact({
    event: eventSet(f.event, `${where}.event`),
    where: optional(condition, f, 'where', where),
    measure: optional(didMeasure, f, 'measure', where),
    op: optional(oneOf(OPERATORS), f, 'op', where),
    value: optional(anyValue, f, 'value', where),
    within: optional(within, f, 'within', where),
  }) as Did
}

const sequenceStep: Reader<SequenceStep> = (value, where) => {
  const f = fields(value, where, ['event', 'where', 'within', 'absent'])
  return compact({
    event: eventSet(f.event, `${where}.event`),
    where: optional(condition, f, 'where', where),
    within: optional(duration, f, 'within', where),
    absent: optional(flag, f, 'absent', where),
  }) as SequenceStep
}

const operand: Reader<Operand> = (value, where) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? duration(value, where) : anyValue(value, where)

function comparison(f: Fields, where: string): { op: Operator; value?: Operand } {
  return compact({ op: oneOf(OPERATORS)(f.op, `${where}.op`), value: optional(operand, f, 'value', where) }) as {
    op: Operator
    value?: Operand
  }
}

export const condition: Reader<Condition> = (value, where) => {
  const f = fields(value, where, ['all', 'any', 'not', 'property', 'user', 'tag', 'segment', 'did', 'did_not', 'sequence', 'op', 'value'])
  const only = (key: string): boolean => f[key] !== undefined && Object.keys(f).length === 1
  if (only('all')) return { all: listOf(condition)(f.all, `${where}.all`) }
  if (only('any')) return { any: listOf(condition)(f.any, `${where}.any`) }
  if (only('not')) return { not: condition(f.not, `${where}.not`) }
  if (only('segment')) return { segment: text(f.segment, `${where}.segment`) }
  if (only('did')) return { did: did(f.did, `${where}.did`) }
  if (only('did_not')) return { did_not: did(f.did_not, `${where}.did_not`) }
  if (only('sequence')) return { sequence: listOf(sequenceStep)(f.sequence, `${where}.sequence`) }
  const keys = Object.keys(f).filter((k) => k !== 'op' && k !== 'value')
  if (keys.length !== 1) throw new ShapeError(where)
  if (f.property !== undefined) return { property: text(f.property, `${where}.property`), ...comparison(f, where) }
  if (f.user !== undefined) return { user: text(f.user, `${where}.user`), ...comparison(f, where) }
  if (f.tag !== undefined) return { tag: text(f.tag, `${where}.tag`), ...comparison(f, where) }
  throw new ShapeError(where)
}

export const breakdown: Reader<Breakdown> = (value, where) => {
  const f = fields(value, where, ['property', 'of_step', 'user', 'tag', 'segments'])
  if (f.property !== undefined)
    return compact({ property: text(f.property, `${where}.property`), of_step: optional(integer, f, 'of_step', where) }) as Breakdown
  fields(value, where, ['user', 'tag', 'segments'])
  if (f.user !== undefined) return { user: text(f.user, `${where}.user`) }
  if (f.tag !== undefined) return { tag: text(f.tag, `${where}.tag`) }
  return { segments: listOf(text)(f.segments, `${where}.segments`) }
}

const measure: Reader<Measure> = (value, where) =>
  typeof value === 'string' ? oneOf(SIMPLE_MEASURES)(value, where) : (measureOf(value, where, PROPERTY_MEASURES) as Measure)

const activeDays: Reader<7 | 30> = (value, where) => {
  if (value !== 7 && value !== 30) throw new ShapeError(where)
  return value
}

export const series: Reader<Series> = (value, where) => {
  const f = fields(value, where, ['event', 'where', 'measure', 'days'])
  return compact({
    event: eventSet(f.event, `${where}.event`),
    where: optional(condition, f, 'where', where),
    measure: measure(f.measure, `${where}.measure`),
    days: optional(activeDays, f, 'days', where),
  }) as Series
}

export const step: Reader<Step> = (value, where) => {
  const f = fields(value, where, ['event', 'where'])
  return compact({ event: eventSet(f.event, `${where}.event`), where: optional(condition, f, 'where', where) }) as Step
}

export const retentionMeasure: Reader<'persons' | { sum: string }> = (value, where) =>
  value === 'persons' ? value : (measureOf(value, where, ['sum']) as { sum: string })
