// What the persons pages keep in the address and in the browser, and how a timeline is cut into days.

import type { Properties, PropertyValue, TimelineEvent } from '@/api/types'
import type { Condition } from '@/query/types'

export type Sort = 'last_seen' | 'first_seen' | 'events' | 'name'

export interface ListState {
  query: string
  filter: Condition | undefined
  segment: string
  sort: Sort
  descending: boolean
  page: number
}

const sorts: readonly Sort[] = ['last_seen', 'first_seen', 'events', 'name']
export const pageSize = 50

/** Reads the list's state from the address; what cannot be read is left out. */
export function readState(search: URLSearchParams): ListState {
  const sort = search.get('sort') ?? '-last_seen'
  const name = sort.replace(/^-/, '') as Sort
  const page = Number(search.get('page') ?? 1)
  return {
    query: search.get('query') ?? '',
    filter: readCondition(search.get('filter')),
    segment: search.get('segment') ?? '',
    sort: sorts.includes(name) ? name : 'last_seen',
    descending: sort.startsWith('-'),
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

/** Writes the state as an address, without what is the default. */
export function writeState(state: ListState): URLSearchParams {
  const out = new URLSearchParams()
  if (state.query) out.set('query', state.query)
  if (state.filter) out.set('filter', JSON.stringify(state.filter))
  if (state.segment) out.set('segment', state.segment)
  const sort = (state.descending ? '-' : '') + state.sort
  if (sort !== '-last_seen') out.set('sort', sort)
  if (state.page > 1) out.set('page', String(state.page))
  return out
}

function readCondition(text: string | null): Condition | undefined {
  if (!text) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Condition) : undefined
  } catch {
    return undefined
  }
}

/** A property's value as text. */
export function valueText(value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return value.join('，')
  return value === null || value === undefined ? '' : String(value)
}

/** Whether any name or value of the properties contains the words. */
export function propertiesMatch(properties: Properties, words: string): boolean {
  const text = words.trim().toLowerCase()
  if (!text) return true
  return Object.entries(properties).some(([name, value]) => name.toLowerCase().includes(text) || valueText(value).toLowerCase().includes(text))
}

export interface Day {
  date: string
  events: TimelineEvent[]
}

/** Cuts a timeline, newest first, into local days; day() gives the local date of an instant. */
export function byDay(events: TimelineEvent[], day: (time: string) => string): Day[] {
  const days: Day[] = []
  for (const event of events) {
    const date = day(event.time)
    const last = days.at(-1)
    if (last?.date === date) last.events.push(event)
    else days.push({ date, events: [event] })
  }
  return days
}

const columnsKey = 'weir.persons.columns'

/** The property columns that the reader chose in this browser for a project. */
export function storedColumns(project: string): string[] | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(`${columnsKey}.${project}`) ?? 'null')
    return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : null
  } catch {
    return null
  }
}

export function storeColumns(project: string, columns: string[]) {
  localStorage.setItem(`${columnsKey}.${project}`, JSON.stringify(columns))
}
