// What the desk decides by itself: which events are orders, which day the data
// ends, and what would be worth doing next. Pure functions.

import type { Campaign, CampaignReport, CatalogEvent, CatalogProperty, Intake, Segment, TrendSeries } from '@/api/types'
import { addDays } from '@/query/range'

const orderNames = ['order_paid', 'order_completed', 'order completed', 'purchase', 'payment_succeeded', 'pay', 'paid', 'payorder', 'checkout completed', 'repayment', 'transaction']
const valueNames = ['amount', 'revenue', 'total', 'value', 'order_amount', 'price', 'spent']

/** The event that stands for an order, by the names that shops commonly use. */
export function orderEvent(events: CatalogEvent[]): string | null {
  for (const name of orderNames) {
    const found = events.find((event) => event.name.toLowerCase() === name)
    if (found) return found.name
  }
  return null
}

/** The number on an order that is money. */
export function valueProperty(properties: CatalogProperty[]): string | null {
  for (const name of valueNames) {
    const found = properties.find((property) => property.name.toLowerCase() === name && property.types.includes('number'))
    if (found) return found.name
  }
  return null
}

export interface DeskRange {
  from: string
  to: string
  /** The data ends before today: everything is shown as of that day. */
  past: boolean
}

/** Thirty days that end today, or on the day of the newest event where the data is history. */
export function deskRange(events: CatalogEvent[], today: string, localDay: (time: string) => string): DeskRange {
  const newest = events.map((event) => event.last_seen).filter(Boolean).sort().at(-1)
  const day = newest ? localDay(newest) : today
  const past = day < addDays(today, -7)
  const to = past ? day : today
  return { from: addDays(to, -29), to, past }
}

/** The change against the range before, as a share; null where there was nothing to compare with. */
export function change(now: TrendSeries | undefined, before: TrendSeries | undefined): number | null {
  if (now?.total === null || now?.total === undefined || !before?.total) return null
  return now.total / before.total - 1
}

export interface DeskFacts {
  intake?: Intake
  segments?: Segment[]
  campaigns?: Campaign[]
  reports?: CampaignReport[]
  emailReady?: boolean
  /** Change of active persons against the range before. */
  activeChange?: number | null
  past: boolean
}

export interface Suggestion {
  key: 'connect' | 'rejected' | 'activeDown' | 'firstSegment' | 'email' | 'firstCampaign' | 'draft' | 'paused' | 'moreData' | 'repeat' | 'explore'
  to: string
  values?: Record<string, string | number>
}

const most = 4

/** What would be worth doing next, the most urgent first. */
export function suggestions(facts: DeskFacts): Suggestion[] {
  const list: Suggestion[] = []
  const { intake, segments, campaigns, reports } = facts
  if (intake && intake.events_total === 0) return [{ key: 'connect', to: 'connect' }]
  if (intake && intake.rejected_last_hour > 0) list.push({ key: 'rejected', to: 'live', values: { count: intake.rejected_last_hour } })
  const paused = campaigns?.find((campaign) => campaign.status === 'paused')
  if (paused) list.push({ key: 'paused', to: `campaigns/${paused.id}`, values: { name: paused.name } })
  if (!facts.past && typeof facts.activeChange === 'number' && facts.activeChange <= -0.1) list.push({ key: 'activeDown', to: 'trend', values: { share: Math.round(-facts.activeChange * 100) } })
  if (segments?.length === 0) list.push({ key: 'firstSegment', to: 'segments/new' })
  if (facts.emailReady === false) list.push({ key: 'email', to: 'settings/email' })
  const draft = campaigns?.find((campaign) => campaign.status === 'draft')
  if (draft) list.push({ key: 'draft', to: `campaigns/${draft.id}`, values: { name: draft.name } })
  if (campaigns?.length === 0 && (segments?.length ?? 0) > 0) list.push({ key: 'firstCampaign', to: 'campaigns/new' })
  if (reports?.some((report) => report.verdict === 'gain')) list.push({ key: 'repeat', to: 'rfm' })
  if (reports?.some((report) => report.verdict === 'too_small')) list.push({ key: 'moreData', to: 'campaigns' })
  if (list.length === 0) list.push({ key: 'explore', to: 'retention' })
  return list.slice(0, most)
}

/** The latest campaigns; drafts come last, for they have nothing to tell yet. */
export function latestCampaigns<C extends Pick<Campaign, 'status' | 'created_at'>>(campaigns: readonly C[], n: number): C[] {
  const draft = (campaign: C) => Number(campaign.status === 'draft')
  return campaigns.toSorted((a, b) => draft(a) - draft(b) || b.created_at.localeCompare(a.created_at)).slice(0, n)
}
