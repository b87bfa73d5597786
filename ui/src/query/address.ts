/**
 * A question in the address of its page: one parameter per part, in the order in which the builder
 * shows them, and nothing for what is as by default. What cannot be read is reported by its name and
 * falls back to the default, so that a mistyped address shows a page that says so instead of an error.
 */
import { defaultQuestion } from './defaults'
import { NotationError, read, write, type Plain } from './notation'
import * as r from './readers'
import type { Kind, Question } from './types'
import { COHORTS, INTERVALS, ORDERS } from './types'

/** How the answer is shown: chart kind and such. Short words, kept beside the question. */
export type View = Record<string, string>
export interface Asked<Q extends Question = Question> {
  question: Q
  view: View
}
export interface Decoded<Q extends Question> extends Asked<Q> {
  unread: string[]
}

type Fields = Record<string, r.Reader<unknown>>

const INTERVAL = r.oneOf(INTERVALS)
const FIELDS: Record<Kind, Fields> = {
  trend: {
    range: r.range,
    interval: INTERVAL,
    series: r.listOf(r.series),
    formula: r.text,
    breakdown: r.listOf(r.breakdown),
    filter: r.condition,
    compare: r.oneOf(['previous']),
  },
  funnel: {
    range: r.range,
    steps: r.listOf(r.step),
    window: r.duration,
    order: r.oneOf(ORDERS),
    breakdown: r.listOf(r.breakdown),
    filter: r.condition,
    trend: INTERVAL,
    histogram: (v, where) => r.oneOf(['yes'])(v, where) === 'yes',
  },
  retention: {
    range: r.range,
    start: r.step,
    return: r.step,
    interval: r.oneOf(['day', 'week', 'month']),
    periods: r.integer,
    cohort: r.oneOf(COHORTS),
    mode: r.oneOf(['calendar', 'rolling']),
    criterion: r.oneOf(['on', 'on_or_after']),
    measure: r.retentionMeasure,
    filter: r.condition,
  },
}

/** Fields whose text is plain, without notation. */
const PLAIN_TEXT = new Set(['range', 'formula'])
const VIEW_PREFIX = 'view.'

export function encode(asked: Asked): string {
  const defaults = defaultQuestion(asked.question.kind) as unknown as Record<string, unknown>
  const question = asked.question as unknown as Record<string, unknown>
  const parts: string[] = []
  for (const key of Object.keys(FIELDS[asked.question.kind])) {
    const said = encodeField(key, question[key])
    // What equals the default is not said; what is absent but has a default cannot occur (defaults fill only required fields).
    if (said !== undefined && said !== encodeField(key, defaults[key])) parts.push(`${key}=${escape(said)}`)
  }
  for (const [key, value] of Object.entries(asked.view)) parts.push(`${VIEW_PREFIX}${escape(key)}=${escape(value)}`)
  return parts.join('&')
}

function encodeField(key: string, value: unknown): string | undefined {
  if (value === undefined || value === '' || value === false) return undefined
  if (key === 'range') return r.rangeText(value as Question['range'])
  if (key === 'formula') return String(value)
  if (key === 'histogram') return 'yes'
  return write(value as Plain)
}

/** Escapes what a query string must escape, and leaves the notation's own marks readable. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|2C|2F|40|24|3B)/g, (code) => decodeURIComponent(code))
}

export function decode<K extends Kind>(kind: K, search: string): Decoded<Extract<Question, { kind: K }>> {
  const question = defaultQuestion(kind) as Extract<Question, { kind: K }>
  const target = question as unknown as Record<string, unknown>
  const view: View = {}
  const unread: string[] = []
  for (const [key, value] of parameters(search)) {
    if (key.startsWith(VIEW_PREFIX)) {
      view[key.slice(VIEW_PREFIX.length)] = value
      continue
    }
    const reader = Object.hasOwn(FIELDS[kind], key) ? FIELDS[kind][key] : undefined
    if (!reader) {
      unread.push(key)
      continue
    }
    try {
      target[key] = reader(PLAIN_TEXT.has(key) ? value : read(value), key)
    } catch (error) {
      unread.push(error instanceof r.ShapeError ? error.where : key)
      if (!(error instanceof r.ShapeError || error instanceof NotationError)) throw error
    }
  }
  return { question, view, unread }
}

/** Splits without treating `+` as a blank: the notation writes blanks as %20, and formulas have plus signs. */
function parameters(search: string): [string, string][] {
  const text = search.startsWith('?') ? search.slice(1) : search
  if (text === '') return []
  return text.split('&').map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? [unescape(part), ''] : [unescape(part.slice(0, at)), unescape(part.slice(at + 1))]
  })
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
