// What the segment pages keep in the address, and how a list is searched and sorted.

import type { Segment } from '@/api/types'

export type Sort = 'name' | 'persons' | 'updated'

export interface ListState {
  query: string
  sort: Sort
  descending: boolean
  page: number
}

export const pageSize = 20
const sorts: readonly Sort[] = ['name', 'persons', 'updated']
const usual = '-updated'

/** Reads the list's state from the address; what cannot be read is left out. */
export function readState(search: URLSearchParams): ListState {
  const sort = search.get('sort') ?? usual
  const name = sort.replace(/^-/, '') as Sort
  const known = sorts.includes(name)
  const page = Number(search.get('page') ?? 1)
  return {
    query: search.get('query') ?? '',
    sort: known ? name : 'updated',
    descending: known ? sort.startsWith('-') : true,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

/** Writes the state as an address, without what is the default. */
export function writeState(state: ListState): URLSearchParams {
  const out = new URLSearchParams()
  if (state.query) out.set('query', state.query)
  const sort = (state.descending ? '-' : '') + state.sort
  if (sort !== usual) out.set('sort', sort)
  if (state.page > 1) out.set('page', String(state.page))
  return out
}

/** The segments whose name, description or rule contains all the words, in the order asked for. */
export function arrange(segments: readonly Segment[], state: ListState, sentence: (segment: Segment) => string, language: string): Segment[] {
  const words = state.query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = segments.filter((segment) => {
    const text = `${segment.name} ${segment.description} ${segment.id} ${sentence(segment)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const names = new Intl.Collator(language === 'zh' ? 'zh-CN' : 'en', { numeric: true })
  const compare: Record<Sort, (a: Segment, b: Segment) => number> = {
    name: (a, b) => names.compare(a.name, b.name),
    persons: (a, b) => a.persons - b.persons,
    updated: (a, b) => a.updated_at.localeCompare(b.updated_at),
  }
  const sign = state.descending ? -1 : 1
  return found.sort((a, b) => sign * compare[state.sort](a, b) || names.compare(a.name, b.name))
}

/** The share of all persons; null while their number is not known or nobody is there. */
export function shareOf(persons: number, total: number | undefined): number | null {
  return total ? Math.min(1, persons / total) : null
}
