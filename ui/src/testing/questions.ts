/** Random questions for tests, deterministic by seed. */
import type {
  Breakdown,
  Condition,
  Did,
  DidMeasure,
  EventSet,
  Leaf,
  Measure,
  Operand,
  Operator,
  Question,
  Range,
  Scalar,
  Step,
} from '@/query/types'
import { COHORTS, INTERVALS, OPERATORS, ORDERS, PRESETS, PROPERTY_MEASURES } from '@/query/types'
import { arity } from '@/query/condition'

const TEXTS = [
  'pay',
  'order_paid',
  '浏览商品',
  'it’s',
  "o'clock!",
  'a b',
  'a=b&c',
  '100%',
  '+1',
  '-3',
  '1e5',
  '007',
  '',
  '!t',
  '(x:1)',
  'true',
  'null',
  '$url',
  'né',
  '😀',
  '#frag?x',
  'back\\slash',
  '"quoted"',
  '__proto__',
  'a,b',
  'a:b',
  '*',
  '@home',
  '\n',
  '  ',
]

export class Random {
  constructor(private state: number) {}

  /** In [0, n), by xorshift. */
  below(n: number): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) % n
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  list<T>(min: number, max: number, make: () => T): T[] {
    return Array.from({ length: min + this.below(max - min + 1) }, make)
  }

  maybe<T>(make: () => T): T | undefined {
    return this.below(2) === 0 ? undefined : make()
  }
}

const compact = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

const text = (r: Random): string => r.pick(TEXTS)
const scalar = (r: Random): Scalar => r.pick<Scalar>([text(r), text(r), r.below(1000) - 500, r.below(1000) / 7, 1e21, 1e-9, true, false])
const eventSet = (r: Random): EventSet => (r.below(3) === 0 ? r.list(0, 3, () => text(r)) : text(r))

function comparison(r: Random): { op: Operator; value?: Operand } {
  const op = r.pick(OPERATORS)
  if (op === 'within_last') return { op, value: { value: 1 + r.below(90), unit: 'day' } }
  const counts = { none: 0, one: 1, two: 2, many: 3, span: 0 } as const
  const n = counts[arity(op)]
  if (n === 0) return { op }
  return { op, value: n === 1 ? scalar(r) : r.list(n === 2 ? 2 : 0, n, () => scalar(r)) }
}

function did(r: Random, depth: number): Did {
  const measure = r.maybe<DidMeasure>(() =>
    r.pick<DidMeasure>(['count', 'days', { sum: text(r) }, { distinct: text(r) }, { max: text(r) }]),
  )
  const within = r.pick([undefined, { last: 1 + r.below(90), unit: 'day' as const }, { from: '2026-01-01', to: '2026-01-31' }])
  return compact({
    event: eventSet(r),
    where: r.maybe(() => randomCondition(r, depth - 1)),
    measure,
    ...r.maybe(() => ({ op: 'gte' as const, value: r.below(9) })),
    within,
  }) as Did
}

function leaf(r: Random, depth: number): Leaf {
  switch (r.below(7)) {
    case 0:
      return { property: text(r), ...comparison(r) }
    case 1:
      return { user: text(r), ...comparison(r) }
    case 2:
      return { tag: text(r), ...comparison(r) }
    case 3:
      return { segment: text(r) }
    case 4:
      return { did: did(r, depth) }
    case 5:
      return { did_not: did(r, depth) }
    default:
      return {
        sequence: r.list(1, 3, () =>
          compact({ event: eventSet(r), within: r.maybe(() => ({ value: 7, unit: 'day' as const })), absent: r.maybe(() => true) }),
        ),
      }
  }
}

export function randomCondition(r: Random, depth = 3): Condition {
  if (depth <= 0) return leaf(r, 0)
  switch (r.below(5)) {
    case 0:
      return { all: r.list(0, 3, () => randomCondition(r, depth - 1)) }
    case 1:
      return { any: r.list(0, 3, () => randomCondition(r, depth - 1)) }
    case 2:
      return { not: randomCondition(r, depth - 1) }
    default:
      return leaf(r, depth)
  }
}

const range = (r: Random): Range =>
  r.pick<Range>([{ last: 1 + r.below(400) }, { preset: r.pick(PRESETS) }, { from: '2026-01-01', to: '2026-03-31' }])
const step = (r: Random): Step => compact({ event: eventSet(r), where: r.maybe(() => randomCondition(r)) })
const breakdown = (r: Random): Breakdown =>
  r.pick<Breakdown>([
    { property: text(r) },
    { property: text(r), of_step: 1 + r.below(3) },
    { user: text(r) },
    { tag: text(r) },
    { segments: r.list(1, 3, () => text(r)) },
  ])
const measure = (r: Random): Measure =>
  r.pick<Measure>(['persons', 'count', 'first_time_persons', { [r.pick(PROPERTY_MEASURES)]: text(r) }])

export function randomQuestion(r: Random): Question {
  const shared = { range: range(r), filter: r.maybe(() => randomCondition(r)) }
  switch (r.below(3)) {
    case 0:
      return compact({
        kind: 'trend',
        ...shared,
        interval: r.pick(INTERVALS),
        formula: r.pick([undefined, 'A/B', 'A + B*100']),
        compare: r.pick([undefined, 'previous' as const]),
        series: r.list(0, 3, () =>
          compact({ ...step(r), ...r.pick([{ measure: measure(r) }, { measure: 'rolling_persons' as const, days: 7 as const }]) }),
        ),
        breakdown: r.maybe(() => r.list(1, 3, () => breakdown(r))),
      }) as Question
    case 1:
      return compact({
        kind: 'funnel',
        ...shared,
        steps: r.list(0, 5, () => step(r)),
        window: { value: 1 + r.below(30), unit: r.pick(['minute', 'hour', 'day', 'week'] as const) },
        order: r.pick(ORDERS),
        breakdown: r.maybe(() => r.list(1, 3, () => breakdown(r))),
        trend: r.maybe(() => r.pick(INTERVALS)),
        histogram: r.maybe(() => true),
      }) as Question
    default:
      return compact({
        kind: 'retention',
        ...shared,
        start: step(r),
        return: step(r),
        interval: r.pick(['day', 'week', 'month'] as const),
        periods: 1 + r.below(30),
        cohort: r.pick(COHORTS),
        mode: r.pick(['calendar', 'rolling'] as const),
        criterion: r.pick(['on', 'on_or_after'] as const),
        measure: r.pick([undefined, 'persons' as const, { sum: text(r) }]),
      }) as Question
  }
}
