// What a report says in words and where its parts lie.

import type { Campaign, CampaignCounts, CampaignReport, CampaignStatus, ConversionLift, RevenueLift } from '@/api/types'

export const statuses: readonly CampaignStatus[] = ['draft', 'sending', 'paused', 'done', 'cancelled']

/** The states by which messages are filtered, in the order of a message's life. */
export const messageStatuses = ['queued', 'sent', 'unconfirmed', 'failed', 'opened', 'clicked', 'unsubscribed', 'held_out', 'suppressed', 'no_address', 'duplicate', 'cancelled'] as const

export function running(campaign: Pick<Campaign, 'status'>): boolean {
  return campaign.status === 'sending'
}

export interface Progress {
  done: number
  total: number
  share: number
}

/** How far sending is: of those who are to be written to, how many were tried. */
export function progressOf(counts: CampaignCounts): Progress {
  const done = counts.sent + counts.failed
  const total = done + counts.queued
  return { done, total, share: total > 0 ? done / total : 0 }
}

/** A part of a whole; null when the whole is empty. */
export function rateOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

export type Tone = 'gain' | 'loss' | 'none'

/** An amount with its 95 % interval, as the words and the picture need it. */
export interface Estimate {
  value: number
  low: number
  high: number
  tone: Tone
}

function estimate(value: number, low: number, high: number): Estimate {
  return { value, low, high, tone: low > 0 ? 'gain' : high < 0 ? 'loss' : 'none' }
}

/** Extra persons, in whole persons. */
export function extraPersons(lift: ConversionLift): Estimate {
  const exact = estimate(lift.extra_persons, lift.extra_persons_low, lift.extra_persons_high)
  return { ...exact, value: Math.round(exact.value), low: Math.round(exact.low), high: Math.round(exact.high) }
}

export function extraMoney(lift: RevenueLift): Estimate {
  return estimate(lift.extra_money, lift.extra_money_low, lift.extra_money_high)
}

export type Reading = 'no_goal' | 'waiting' | 'no_holdout' | 'too_small' | 'unbalanced' | 'clear'

/** What may be said at all about a campaign's effect. */
export function readingOf(report: CampaignReport): Reading {
  if (!report.goal) return 'no_goal'
  if (!report.arms || report.arms.treatment.persons + report.arms.holdout.persons === 0) return 'waiting'
  if (report.arms.holdout.persons === 0) return 'no_holdout'
  if (report.verdict === 'too_small' || !report.lift?.conversion) return 'too_small'
  return report.verdict === 'unbalanced' ? 'unbalanced' : 'clear'
}

export interface Scale {
  low: number
  value: number
  high: number
  zero: number
}

/** Where the interval, its middle and zero lie on an axis of 0…1 that shows them all with room at both ends. */
export function intervalScale({ low, value, high }: Pick<Estimate, 'low' | 'value' | 'high'>): Scale {
  const least = Math.min(low, 0)
  const most = Math.max(high, 0)
  const room = (most - least || 1) * 0.08
  const at = (x: number) => (x - least + room) / (most - least + 2 * room || 1)
  return { low: at(low), value: at(value), high: at(high), zero: at(0) }
}

/** Which of the campaigns have the words in name or subject and the status. */
export function findCampaigns(campaigns: readonly Campaign[], words: string, status: string): Campaign[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return campaigns.filter((campaign) => {
    const text = `${campaign.name} ${campaign.subject} ${campaign.id}`.toLowerCase()
    return (status === '' || campaign.status === status) && wanted.every((word) => text.includes(word))
  })
}

/** Hours without gaps between the first and the last, so that a quiet hour shows as one; long spans stay as they are. */
export function fillHours(hours: CampaignReport['hours'], most = 24 * 14): CampaignReport['hours'] {
  const first = hours[0]
  const last = hours.at(-1)
  if (!first || !last) return []
  const hour = 3_600_000
  const [from, to] = [Date.parse(first.bucket), Date.parse(last.bucket)]
  if ((to - from) / hour >= most) return hours
  const known = new Map(hours.map((h) => [Date.parse(h.bucket), h]))
  return Array.from({ length: Math.round((to - from) / hour) + 1 }, (_, index) => {
    const at = from + index * hour
    return known.get(at) ?? { bucket: new Date(at).toISOString(), sent: 0, opened: 0, clicked: 0 }
  })
}
