// The shapes of the HTTP API by the names that the pages use. They are the
// generated ones (schema.d.ts, never edited: `make generate`), made finer only
// where the document cannot say more: values of properties, what may be null,
// words of a closed set. Times are RFC 3339 in UTC; lists are never null.

import type { Condition, Question } from './question'
import type { components } from './schema'

export type { Condition, Question } from './question'

type Schema = components['schemas']

/** T with other types for some of its fields. */
type With<T, Finer> = Omit<T, keyof Finer> & Finer

/** Everything that is stored has a time at which it was made. */
interface Made {
  created_at: string
}

export type Language = 'zh' | 'en'
export type ThemeChoice = 'light' | 'dark' | 'system'
export type Role = Schema['Account']['role']

export type PropertyValue = string | number | boolean | string[] | null
export type Properties = Record<string, PropertyValue>

// ---- Session, accounts, projects

export type SetupState = Schema['Setup']
export type Account = With<Schema['Account'], Made>
export type Project = With<Schema['Project'], Made>

export interface Session {
  account: Account
  projects: Project[]
}

export type ApiToken = With<Schema['Token'], Made>

// ---- Intake and live view

export type Intake = Schema['Intake']
export type LiveEvent = With<Schema['Event'], { time: string; received_at: string; properties: Properties }>
export type RejectReason = Partial<Schema['IngestReject']> & { reason: string }
export type LiveReject = With<Schema['Refusal'], { time: string; reasons: (string | RejectReason)[] }>
export type IntakeResult = Schema['IngestResult']

// ---- Answers

export type AnswerMeta = Partial<Schema['AnalyseMeta']>

/** A breakdown's value: text, null for «no value», or the rest of a long tail. */
export type BreakdownValue = PropertyValue | { other: true }

export type TrendSeries = With<Schema['AnalyseTrendSeries'], { breakdown: BreakdownValue[] | null; series?: number }>
export type TrendAnswer = With<Schema['AnalyseTrendAnswer'], { series: TrendSeries[]; compare?: TrendSeries[]; incomplete?: boolean[]; meta: AnswerMeta }>

export type FunnelStepAnswer = Schema['AnalyseFunnelStep']
export type FunnelAnswer = With<Schema['AnalyseFunnelAnswer'], { breakdown?: { value: BreakdownValue[]; steps: FunnelStepAnswer[] }[]; meta: AnswerMeta }>

export type RetentionRow = Schema['AnalyseRetentionRow']
export type RetentionAnswer = With<Schema['AnalyseRetentionAnswer'], { columns?: number[][]; meta: AnswerMeta }>

// ---- Catalogue

export type CatalogEvent = With<Schema['EventName'], { last_seen: string }>
export type CatalogProperty = Schema['AnalysePropertyInfo']
export type PropertyNames = Schema['PropertyNames']
export type CatalogValue = With<Schema['AnalyseValueInfo'], { value: PropertyValue }>

// ---- Persons

export type PersonRow = With<Schema['AnalysePersonRow'], { properties: Properties }>
export type PersonsPage = { persons: PersonRow[]; total: number; offset?: number; limit?: number }
export type PersonIdentity = Schema['AnalyseIdentityRow']
export type PersonTag = Schema['SegmentTag']
export type PersonFacts = Schema['AnalysePersonFacts']
export type PersonDetail = With<Schema['Person'], { properties: Properties }>
export type TimelineEvent = With<Schema['AnalyseTimelineEvent'], { time: string; properties: Properties }>
export type TimelinePage = { events: TimelineEvent[]; next: string | null }

// ---- Segments

/** What refers to a segment; the id of a campaign may be empty. */
export type SegmentUse = Schema['SegmentUser']
export type Segment = With<Schema['Segment'], Made & { condition: Condition | null; question: Question | null; updated_at: string }>

/** What a segment can be made of: a condition, or a cell of a question. */
export type SegmentDefinition = { condition: Condition } | { question: Question }

export type SegmentEstimate = With<Schema['Estimate'], { sample: PersonRow[] }>

// ---- RFM

export type RfmMethod = 'fixed' | 'mean' | 'median' | 'quintile'
export type RfmDimension = With<Schema['RfmDimension'], { method: RfmMethod }>
export type RfmSettings = With<Schema['RfmSettings'], { recency: RfmDimension; frequency: RfmDimension; monetary: RfmDimension }>
export type RfmGroup = Schema['RfmBoardGroup']
export type RfmBoard = With<Schema['RfmBoard'], { settings: RfmSettings }>

// ---- Reach

export type MailSecurity = Schema['Email']['security']
/** The password is write only: the server says has_password instead. */
export type EmailChannel = Partial<Pick<Schema['Email'], 'has_password' | 'test_recipients' | 'updated_at'>>
  & Omit<Schema['Email'], 'has_password' | 'test_recipients' | 'updated_at'> & { password?: string }
export type Suppression = With<Schema['Suppression'], Made>

export type CampaignStatus = Schema['Campaign']['status']
export type CampaignGoal = Schema['CampaignGoal']
export type CampaignCounts = Schema['CampaignCounts']
export type Campaign = With<Schema['Campaign'], Made & { goal: CampaignGoal | null }>
export type CampaignAudience = Schema['CampaignEstimate']
export type CampaignArm = Schema['UpliftArm']
export type ConversionLift = Schema['UpliftConversionLift']
export type RevenueLift = Schema['UpliftRevenueLift']

/** «unbalanced»: the arms do not have the promised sizes; empty without a goal. */
export type Verdict = 'gain' | 'loss' | 'no_clear_difference' | 'too_small' | 'unbalanced' | ''

export type CampaignReport = With<Schema['Report'], {
  goal: CampaignGoal | null
  arms: { treatment: CampaignArm; holdout: CampaignArm } | null
  lift: { conversion: ConversionLift | null; revenue: RevenueLift | null } | null
  sample_ratio?: Schema['UpliftSampleRatio'] | null
  verdict: Verdict
  hours: With<Schema['Hour'], { bucket: string }>[]
}>
export type CampaignMessage = With<Schema['Message'], { person: PersonRow }>
export type TemplatePreview = With<Schema['Preview'], { person: PersonRow | null; errors: (Omit<Schema['TemplateProblem'], 'line'> & { line?: number })[] }>
