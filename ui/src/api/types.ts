// The shapes of the HTTP API, as the pages use them. Times are RFC 3339 in UTC;
// lists are always present, never null.

import type { Condition, Question } from './question'

export type { Condition, Question } from './question'

export type Language = 'zh' | 'en'
export type ThemeChoice = 'light' | 'dark' | 'system'
export type Role = 'owner' | 'editor' | 'viewer'

export type PropertyValue = string | number | boolean | string[] | null
export type Properties = Record<string, PropertyValue>

// ---- Session, accounts, projects

export interface SetupState {
  needs_owner: boolean
  version: string
}

export interface Account {
  id: string
  email: string
  name: string
  role: Role
  language?: string
  theme?: string
  created_at?: string
  last_seen_at?: string | null
}

export interface Project {
  id: string
  name: string
  timezone: string
  /** 1 is Monday, 0 or 7 is Sunday. */
  week_start: number
  currency: string
  write_key: string
  created_at: string
  demo: boolean
}

export interface Session {
  account: Account
  projects: Project[]
}

export interface ApiToken {
  id: string
  name: string
  /** Only in the answer that creates it. */
  token?: string
  hint?: string
  role?: Role
  created_at: string
  last_used_at?: string | null
}

// ---- Intake and live view

export interface Intake {
  events_total: number
  persons_total: number
  last_event_at: string | null
  last_minute: number
  rejected_last_hour: number
}

export interface LiveEvent {
  id: string
  name: string
  time: string
  received_at: string
  distinct_id: string
  person: string
  protocol: string
  properties: Properties
}

export interface RejectReason {
  index?: number
  id?: string
  field?: string
  reason: string
}

export interface LiveReject {
  time: string
  protocol: string
  reasons: (string | RejectReason)[]
}

export interface IntakeResult {
  accepted: number
  duplicates: number
  rejected: RejectReason[]
}

// ---- Answers

export interface AnswerMeta {
  engine?: string
  elapsed_ms?: number
  events_scanned?: number
  persons_scanned?: number
  incomplete?: boolean
}

/** A breakdown's value: text, null for «no value», or the rest of a long tail. */
export type BreakdownValue = PropertyValue | { other: true }

export interface TrendSeries {
  name: string
  breakdown: BreakdownValue[] | null
  values: (number | null)[]
  total: number | null
  formula?: boolean
}

export interface TrendAnswer {
  buckets: string[]
  series: TrendSeries[]
  compare?: TrendSeries[]
  incomplete?: boolean[]
  meta: AnswerMeta
}

export interface FunnelStepAnswer {
  name: string
  count: number
  from_first: number
  from_previous: number
  median_seconds: number | null
  average_seconds: number | null
  p90_seconds: number | null
}

export interface FunnelAnswer {
  steps: FunnelStepAnswer[]
  breakdown: { value: BreakdownValue[]; steps: FunnelStepAnswer[] }[]
  trend?: { bucket: string; entered: number; converted: number }[]
  histogram?: { from_seconds: number; to_seconds: number; count: number }[]
  meta: AnswerMeta
}

export interface RetentionRow {
  cohort: string
  size: number
  values: (number | null)[]
  incomplete: boolean[]
}

export interface RetentionAnswer {
  interval: string
  rows: RetentionRow[]
  average: (number | null)[]
  meta: AnswerMeta
}

// ---- Catalogue

export interface CatalogEvent {
  name: string
  display?: { zh: string; en: string }
  count: number
  persons: number
  last_seen: string
}

export interface CatalogProperty {
  name: string
  types: string[]
  count: number
}

export interface CatalogValue {
  value: PropertyValue
  count: number
}

// ---- Persons

export interface PersonRow {
  id: string
  name: string
  distinct_id: string
  distinct_ids: string[]
  properties: Properties
  first_seen: string | null
  last_seen: string | null
  events: number
}

export interface PersonsPage {
  persons: PersonRow[]
  total: number
  offset?: number
  limit?: number
}

export interface PersonIdentity {
  id: string
  known: boolean
  joined_at: string
  cause: string
}

export interface PersonTag {
  tag: string
  value: PropertyValue
  label: string
  category: string
  weight: number
}

export interface PersonDetail extends PersonRow {
  identities: PersonIdentity[]
  tags: PersonTag[]
  segments: { id: string; name: string }[]
  facts: Record<string, PropertyValue>
}

export interface TimelineEvent {
  id: string
  name: string
  time: string
  properties: Properties
  distinct_id: string
}

export interface TimelinePage {
  events: TimelineEvent[]
  next: string | null
}

// ---- Segments

export interface Segment {
  id: string
  name: string
  description: string
  condition: Condition | null
  question: Question | null
  persons: number
  created_at: string
  updated_at: string
  used_by: SegmentUse[]
  /** Why it cannot be computed now; persons is then the last number known. */
  problem?: string
}

/** What refers to a segment; the id of a campaign may be empty. */
export interface SegmentUse {
  kind: string
  id: string
  name: string
}

/** What a segment can be made of: a condition, or a cell of a question. */
export type SegmentDefinition = { condition: Condition } | { question: Question }

export interface SegmentEstimate {
  persons: number
  total: number
  sample: PersonRow[]
}

// ---- RFM

export type RfmMethod = 'fixed' | 'mean' | 'median' | 'quintile'

export interface RfmDimension {
  method: RfmMethod
  threshold?: number
}

export interface RfmSettings {
  event: string
  value: string
  days: number
  recency: RfmDimension
  frequency: RfmDimension
  monetary: RfmDimension
}

export interface RfmGroup {
  key: string
  code: string
  persons: number
  revenue: number
  average_recency_days: number
  average_frequency: number
  average_monetary: number
}

export interface RfmBoard {
  as_of: string
  settings: RfmSettings
  thresholds: { recency: number; frequency: number; monetary: number }
  /** Persons who are rated; the others paid nothing in the look-back. */
  persons: number
  not_rated: number
  revenue: number
  groups: RfmGroup[]
  grid: { r: number; fm: number; persons: number; revenue: number }[]
}

// ---- Reach

export type MailSecurity = 'none' | 'starttls' | 'tls'

export interface EmailChannel {
  host: string
  port: number
  security: MailSecurity
  username: string
  /** Write only: the server says has_password instead. */
  password?: string
  has_password?: boolean
  from_name: string
  from_address: string
  reply_to: string
  rate_per_minute: number
  public_url: string
  test_recipients?: string[]
}

export interface Suppression {
  address: string
  reason: string
  created_at: string
}

export type CampaignStatus = 'draft' | 'sending' | 'paused' | 'done' | 'cancelled'

export interface CampaignGoal {
  event: string
  value?: string
  days: number
}

export interface CampaignCounts {
  audience: number
  holdout: number
  queued: number
  sent: number
  delivered: number
  failed: number
  unconfirmed: number
  suppressed?: number
  no_address?: number
  duplicate?: number
  cancelled?: number
  opened: number
  clicked: number
  unsubscribed: number
}

export interface Campaign {
  id: string
  name: string
  status: CampaignStatus
  /** Why it was paused or does not go on; empty when all is well. */
  problem?: string
  segment: string
  subject: string
  html: string
  text: string
  holdout_percent: number
  goal: CampaignGoal | null
  rate_per_minute: number
  counts: CampaignCounts
  created_at: string
  started_at: string | null
  finished_at: string | null
}

export interface CampaignAudience {
  segment_persons: number
  reachable: number
  suppressed: number
  no_address: number
  /** Their address belongs to another person of the segment too. */
  duplicate: number
  holdout: number
  to_send: number
}

export interface CampaignArm {
  persons: number
  converted: number
  rate: number
  revenue: number
  revenue_per_person: number
}

export interface ConversionLift {
  difference: number
  low: number
  high: number
  p: number
  relative: number | null
  relative_low: number | null
  relative_high: number | null
  extra_persons: number
  extra_persons_low: number
  extra_persons_high: number
}

export interface RevenueLift {
  difference: number
  low: number
  high: number
  p: number
  extra_money: number
  extra_money_low: number
  extra_money_high: number
}

/** «unbalanced»: the arms do not have the promised sizes; empty without a goal. */
export type Verdict = 'gain' | 'loss' | 'no_clear_difference' | 'too_small' | 'unbalanced' | ''

export interface CampaignReport {
  counts: CampaignCounts
  goal: CampaignGoal | null
  arms: { treatment: CampaignArm; holdout: CampaignArm } | null
  lift: { conversion: ConversionLift | null; revenue: RevenueLift | null } | null
  verdict: Verdict
  /** Some persons still have time to reach the goal, and how many. */
  incomplete?: boolean
  open?: number
  /** Persons left out because they were in both arms. */
  crossed?: number
  links: { url: string; clicks: number; persons: number }[]
  hours: { bucket: string; sent: number; opened: number; clicked: number }[]
}

export interface CampaignMessage {
  id: string
  person: PersonRow
  address: string
  arm?: string
  status: string
  attempts?: number
  error: string
  sent_at: string | null
  failed_at?: string | null
  unsubscribed_at?: string | null
  opened_at: string | null
  clicked_at: string | null
}

export interface TemplatePreview {
  subject: string
  html: string
  text: string
  errors: { where: string; what: string; line?: number }[]
  person: PersonRow | null
}
