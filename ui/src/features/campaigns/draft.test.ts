import { describe, expect, it } from 'vitest'
import type { CampaignAudience, EmailChannel } from '@/api/types'
import { changeOf, emptyDraft, insertAt, lineRange, problemsOf, propertyVariable, sendingSeconds, type Known } from './draft'
import { framed } from './frame'
import { starterContent } from './starter'

const content = { subject: 'Hi', html: '<p>x</p>', text: '' }
const draft = { ...emptyDraft('seg_1', content), goal: { event: 'order_paid', days: 7 } }
const channel = { host: 'smtp', public_url: 'https://weir.example.com' } as EmailChannel
const audience: CampaignAudience = { segment_persons: 100, reachable: 90, suppressed: 5, no_address: 5, duplicate: 0, holdout: 9, to_send: 81 }
const known: Known = { draft, channel, segments: 3, audience, templateErrors: 0, saveFailed: false }
const keys = (change: Partial<Known>) => problemsOf({ ...known, ...change }).map((problem) => problem.key)

describe('changeOf', () => {
  it('names a draft without a name, and leaves an unfinished goal out', () => {
    expect(changeOf(emptyDraft('', content), 'Untitled')).toMatchObject({ name: 'Untitled', no_goal: true, holdout_percent: 10 })
    expect(changeOf({ ...draft, name: ' Spring ', goal: { event: 'pay', days: 3, value: '' } }, 'Untitled')).toMatchObject({ name: 'Spring', goal: { event: 'pay', days: 3 } })
    expect(changeOf({ ...draft, goal: { event: 'pay', days: 3, value: 'amount' } }, '')).toMatchObject({ goal: { event: 'pay', days: 3, value: 'amount' } })
  })
})

describe('problemsOf', () => {
  it('finds nothing in a draft that is ready', () => {
    expect(keys({})).toEqual([])
  })
  it.each<[string, Partial<Known>]>([
    ['channel', { channel: { ...channel, host: '' } }],
    ['publicUrl', { channel: { ...channel, public_url: '' } }],
    ['segment', { draft: { ...draft, segment: '' } }],
    ['noSegments', { draft: { ...draft, segment: '' }, segments: 0 }],
    ['empty', { audience: { ...audience, segment_persons: 0, reachable: 0, to_send: 0 } }],
    ['nobody', { audience: { ...audience, reachable: 0, to_send: 0 } }],
    ['allHeld', { audience: { ...audience, to_send: 0 } }],
    ['subject', { draft: { ...draft, subject: ' ' } }],
    ['body', { draft: { ...draft, html: '' } }],
    ['template', { templateErrors: 2 }],
    ['unsaved', { saveFailed: true }],
    ['noHoldout', { draft: { ...draft, holdout_percent: 0 } }],
    ['noGoal', { draft: { ...draft, goal: null } }],
  ])('says %s', (key, change) => {
    expect(keys(change)).toEqual([key])
  })
  it('lets a missing hold-out or goal pass as a warning, and gives every fault a place', () => {
    const all = problemsOf({ ...known, draft: { ...draft, holdout_percent: 0, goal: null, segment: '', subject: '' }, channel: { ...channel, host: '' } })
    expect(all.filter((problem) => problem.warning).map((problem) => problem.key)).toEqual(['noHoldout', 'noGoal'])
    expect(all.every((problem) => problem.part !== undefined || problem.page !== undefined)).toBe(true)
  })
})

describe('sendingSeconds', () => {
  it('follows the tighter limit', () => {
    expect([sendingSeconds(600, 60, 600), sendingSeconds(600, 0, 600), sendingSeconds(600, 0, 0), sendingSeconds(600, 0, undefined)]).toEqual([600, 60, null, null])
  })
})

describe('editing a template', () => {
  it('writes variables that any property name survives', () => {
    expect([propertyVariable('city'), propertyVariable('address.city'), propertyVariable('城市'), propertyVariable('a"b')]).toEqual(['person.city', 'person["address.city"]', 'person["城市"]', 'person["a\\"b"]'])
  })
  it('puts them in place of the selection', () => {
    expect(insertAt('ab cd', 3, 5, '{{ x }}')).toEqual({ text: 'ab {{ x }}', cursor: 10 })
  })
  it('finds a line, and the nearest where there is none', () => {
    expect([lineRange('a\nbcd\n', 2), lineRange('a', 9), lineRange('', 1)]).toEqual([[2, 5], [0, 1], [0, 0]])
  })
  it.each(['zh', 'en'] as const)('starts in %s with a greeting that survives a missing name, and a way out', (language) => {
    const { html, subject } = starterContent(language)
    expect(html).toContain('{{ unsubscribe_url }}')
    expect(html).toContain('person.name | default:')
    expect(subject).toContain('person.name | default:')
  })
})

describe('framed', () => {
  const mail = '<html><head><style>@media (prefers-color-scheme: dark) { b {} } @media (prefers-color-scheme:light) { i {} }</style></head></html>'
  it('switches the rules of dark mails by hand', () => {
    expect(framed(mail, 'dark')).toContain('@media (min-width: 0) { b {} } @media (max-width: 0) { i {} }')
    expect(framed(mail, 'light')).toContain('@media (max-width: 0) { b {} } @media (min-width: 0) { i {} }')
  })
  it('sends links to a window that the sandbox refuses', () => {
    expect(framed(mail, 'light')).toContain('<head><base target="_blank">')
    expect(framed('<p>x</p>', 'light')).toBe('<base target="_blank"><p>x</p>')
  })
})
