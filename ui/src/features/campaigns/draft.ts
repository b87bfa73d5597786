// A draft as it is edited, and what it takes to be sent.

import type { Campaign, CampaignAudience, CampaignGoal, EmailChannel } from '@/api/types'

export interface Content {
  subject: string
  html: string
  text: string
}

export interface Draft extends Content {
  name: string
  segment: string
  holdout_percent: number
  /** 0: only the limit of the channel. */
  rate_per_minute: number
  /** Null: not measured. A goal without an event is still being chosen. */
  goal: CampaignGoal | null
}

/** What is sent to store a draft. */
export type Change = Omit<Draft, 'goal'> & ({ goal: CampaignGoal } | { no_goal: true })

export const defaultHoldout = 10
export const defaultDays = 7

export function emptyDraft(segment: string, content: Content): Draft {
  return { name: '', segment, ...content, holdout_percent: defaultHoldout, rate_per_minute: 0, goal: { event: '', days: defaultDays } }
}

export function draftOf(campaign: Campaign): Draft {
  const { name, segment, subject, html, text, holdout_percent, rate_per_minute, goal } = campaign
  return { name, segment, subject, html, text, holdout_percent, rate_per_minute, goal }
}

/** The server wants a name and a whole goal; until there are any, it gets a stand-in and none. */
export function changeOf(draft: Draft, untitled: string): Change {
  const { goal, ...rest } = draft
  const named = { ...rest, name: draft.name.trim() || untitled }
  if (!goal?.event) return { ...named, no_goal: true }
  const { value, ...measured } = goal
  return { ...named, goal: value ? { ...measured, value } : measured }
}

export type Part = 'who' | 'what' | 'when' | 'limits' | 'goal'

export interface Problem {
  key: 'channel' | 'publicUrl' | 'noSegments' | 'segment' | 'empty' | 'nobody' | 'allHeld' | 'subject' | 'body' | 'template' | 'unsaved' | 'noHoldout' | 'noGoal'
  /** A warning is said, and does not keep from sending. */
  warning?: boolean
  /** Where it is put right: a part of the page, or … */
  part?: Part
  /** … another page of the project. */
  page?: string
}

export interface Known {
  draft: Draft
  channel: EmailChannel | undefined
  segments: number | undefined
  audience: CampaignAudience | undefined
  templateErrors: number
  saveFailed: boolean
}

/** Everything that keeps the draft from being sent, then what should be considered. */
export function problemsOf({ draft, channel, segments, audience, templateErrors, saveFailed }: Known): Problem[] {
  const found: Problem[] = []
  if (saveFailed) found.push({ key: 'unsaved' })
  if (channel && !channel.host) found.push({ key: 'channel', page: 'settings/email' })
  else if (channel && !channel.public_url) found.push({ key: 'publicUrl', page: 'settings/email' })
  found.push(...audienceProblems(draft, segments, audience))
  if (draft.subject.trim() === '') found.push({ key: 'subject', part: 'what' })
  if (draft.html.trim() === '' && draft.text.trim() === '') found.push({ key: 'body', part: 'what' })
  if (templateErrors > 0) found.push({ key: 'template', part: 'what' })
  if (draft.holdout_percent === 0) found.push({ key: 'noHoldout', part: 'limits', warning: true })
  if (!draft.goal?.event) found.push({ key: 'noGoal', part: 'goal', warning: true })
  return found
}

function audienceProblems(draft: Draft, segments: number | undefined, audience: CampaignAudience | undefined): Problem[] {
  if (draft.segment === '') return [segments === 0 ? { key: 'noSegments', page: 'segments/new' } : { key: 'segment', part: 'who' }]
  if (!audience) return []
  const page = `segments/${draft.segment}`
  if (audience.segment_persons === 0) return [{ key: 'empty', page }]
  if (audience.reachable === 0) return [{ key: 'nobody', page }]
  return audience.to_send === 0 ? [{ key: 'allHeld', part: 'limits' }] : []
}

/** How long sending takes, in seconds; null when nothing limits it. */
export function sendingSeconds(count: number, rate: number, channelRate: number | undefined): number | null {
  const limits = [rate, channelRate ?? 0].filter((perMinute) => perMinute > 0)
  return limits.length > 0 ? (count / Math.min(...limits)) * 60 : null
}

/** «person.city», or «person["address.city"]» where the name is no plain word. */
export function propertyVariable(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `person.${name}` : `person[${JSON.stringify(name)}]`
}

/** Puts a text in place of the selection; gives the new text and where the cursor belongs. */
export function insertAt(text: string, start: number, end: number, piece: string): { text: string; cursor: number } {
  return { text: text.slice(0, start) + piece + text.slice(end), cursor: start + piece.length }
}

/** Where a line begins and ends, for showing an error in its place; lines count from 1. */
export function lineRange(text: string, line: number): [number, number] {
  const lines = text.split('\n')
  const index = Math.min(Math.max(1, line), lines.length) - 1
  const start = lines.slice(0, index).reduce((sum, l) => sum + l.length + 1, 0)
  return [start, start + (lines[index]?.length ?? 0)]
}
