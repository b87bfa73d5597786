/**
 * The questions a person can ask, with the same shapes as the server's package query.
 *
 * The only addition is the range: in the browser it may be relative («the last 30 days»), so that
 * an address keeps its meaning tomorrow. `wire.ts` resolves it to local dates before it is sent.
 */

export type Scalar = string | number | boolean
export type Value = Scalar | Scalar[]
/** What an operator compares with; a duration belongs to `within_last`. */
export type Operand = Value | Duration

export const OPERATORS = [
  'eq',
  'neq',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'matches',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'is_set',
  'is_not_set',
  'is_true',
  'is_false',
  'before',
  'after',
  'within_last',
] as const
export type Operator = (typeof OPERATORS)[number]

/** One event name, several meaning any of them, or `*` for every event. */
export type EventSet = string | string[]

export type PropertyLeaf = { property: string; op: Operator; value?: Operand }
export type UserLeaf = { user: string; op: Operator; value?: Operand }
export type TagLeaf = { tag: string; op: Operator; value?: Operand }
export type SegmentLeaf = { segment: string }

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month'
export type Within = { last: number; unit: Unit } | { from: string; to: string }
export type DidMeasure = 'count' | 'days' | { sum: string } | { avg: string } | { min: string } | { max: string } | { distinct: string }
export type Did = { event: EventSet; where?: Condition; measure?: DidMeasure; op?: Operator; value?: Value; within?: Within }
export type DidLeaf = { did: Did }
export type DidNotLeaf = { did_not: Did }
export type SequenceStep = { event: EventSet; where?: Condition; within?: Duration; absent?: boolean }
export type SequenceLeaf = { sequence: SequenceStep[] }

export type Leaf = PropertyLeaf | UserLeaf | TagLeaf | SegmentLeaf | DidLeaf | DidNotLeaf | SequenceLeaf
export type AllOf = { all: Condition[] }
export type AnyOf = { any: Condition[] }
export type Not = { not: Condition }
export type Condition = Leaf | AllOf | AnyOf | Not

export type Duration = { value: number; unit: Unit }

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const
export type Interval = (typeof INTERVALS)[number]

export const PRESETS = ['today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'this_year'] as const
export type Preset = (typeof PRESETS)[number]
/** Relative ranges end with today, in the project's zone. Dates are local and both inclusive. */
export type Range = { last: number } | { preset: Preset } | { from: string; to: string }
export type DateRange = { from: string; to: string }

export type Breakdown = { property: string; of_step?: number } | { user: string } | { tag: string } | { segments: string[] }

export const SIMPLE_MEASURES = ['persons', 'count', 'count_per_person', 'first_time_persons', 'rolling_persons'] as const
export type SimpleMeasure = (typeof SIMPLE_MEASURES)[number]
export const PROPERTY_MEASURES = ['sum', 'avg', 'min', 'max', 'median', 'p90', 'p95', 'p99', 'distinct'] as const
export type PropertyMeasureName = (typeof PROPERTY_MEASURES)[number]
export type PropertyMeasure = { [K in PropertyMeasureName]?: string }
export type Measure = SimpleMeasure | PropertyMeasure

export type Series = { event: EventSet; where?: Condition; measure: Measure; days?: 7 | 30 }

export interface Trend {
  kind: 'trend'
  range: Range
  interval: Interval
  series: Series[]
  formula?: string
  breakdown?: Breakdown[]
  filter?: Condition
  compare?: 'previous'
}

export type Step = { event: EventSet; where?: Condition }
export const ORDERS = ['ordered', 'strict', 'unordered'] as const
export type Order = (typeof ORDERS)[number]

export interface Funnel {
  kind: 'funnel'
  range: Range
  steps: Step[]
  window: Duration
  order: Order
  breakdown?: Breakdown[]
  filter?: Condition
  trend?: Interval
  histogram?: boolean
}

export const COHORTS = ['recurring', 'first_in_range', 'first_ever'] as const
export type Cohort = (typeof COHORTS)[number]
export type RetentionMode = 'calendar' | 'rolling'
export type Criterion = 'on' | 'on_or_after'
export type RetentionInterval = 'day' | 'week' | 'month'

export interface Retention {
  kind: 'retention'
  range: Range
  start: Step
  return: Step
  interval: RetentionInterval
  periods: number
  cohort: Cohort
  mode: RetentionMode
  criterion: Criterion
  measure?: 'persons' | { sum: string }
  filter?: Condition
}

export type Question = Trend | Funnel | Retention
export type Kind = Question['kind']

/** A value of a breakdown: null is «no value», and {other:true} gathers what the limit cut off. */
export type BreakdownValue = Scalar | null | { other: true }

export type TrendCell = { series: number; bucket?: string; previous?: boolean; breakdown?: BreakdownValue[] }
export type FunnelCell = { step: number; dropped?: boolean; breakdown?: BreakdownValue[] }
export type RetentionCell = { cohort: string; period?: number; returned?: boolean }
export type Cell = TrendCell | FunnelCell | RetentionCell
