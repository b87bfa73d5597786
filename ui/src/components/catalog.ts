/** What the project has: its events, properties, values and segments, kept in the query cache for the pickers. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { queryString, request } from '@/api/request'
import type { CatalogEvent, CatalogProperty, CatalogValue, Segment } from '@/api/types'
import { useProject } from '@/app/session'
import { useFormat } from '@/lib/useFormat'
import { eventNames } from '@/query/condition'
import type { EventSet } from '@/query/types'
import type { Names } from './condition/sentence'

export type PropertyScope = 'event' | 'user'

/** New names appear while a tracking plan is being rolled out, yet not every second. */
const FRESH_MS = 60_000

const path = (project: string, rest: string): string => `/projects/${encodeURIComponent(project)}/${rest}`

export function useEvents() {
  const { id } = useProject()
  return useQuery({
    queryKey: ['p', id, 'catalog', 'events'],
    queryFn: ({ signal }) => request<{ events: CatalogEvent[] }>('GET', path(id, 'catalog/events'), undefined, { signal }),
    select: (answer) => answer.events,
    staleTime: FRESH_MS,
  })
}

/** The properties of one event, or of all events when several or any are meant. */
export function useProperties(scope: PropertyScope, event?: EventSet) {
  const { id } = useProject()
  const one = scope === 'event' ? singleEvent(event) : undefined
  return useQuery({
    queryKey: ['p', id, 'catalog', 'properties', scope, one ?? ''],
    queryFn: ({ signal }) =>
      request<{ properties: CatalogProperty[] }>('GET', path(id, `catalog/properties${queryString({ scope, event: one })}`), undefined, {
        signal,
      }),
    select: (answer) => answer.properties,
    staleTime: FRESH_MS,
  })
}

export interface ValuesOf {
  scope: PropertyScope
  property: string
  event?: EventSet
}

/** The commonest values of a property that begin with what has been typed. */
export function useValues({ scope, property, event }: ValuesOf, query: string, enabled: boolean) {
  const { id } = useProject()
  const one = scope === 'event' ? singleEvent(event) : undefined
  return useQuery({
    queryKey: ['p', id, 'catalog', 'values', scope, property, one ?? '', query],
    queryFn: ({ signal }) =>
      request<{ values: CatalogValue[] }>(
        'GET',
        path(id, `catalog/values${queryString({ scope, property, event: one, query, limit: 50 })}`),
        undefined,
        { signal },
      ),
    select: (answer) => answer.values,
    enabled: enabled && property !== '',
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  })
}

export function useSegments() {
  const { id } = useProject()
  return useQuery({
    queryKey: ['segments', id, 'names'],
    queryFn: ({ signal }) => request<{ segments: Segment[] }>('GET', path(id, 'segments'), undefined, { signal }),
    select: (answer) => answer.segments,
    staleTime: FRESH_MS,
  })
}

function singleEvent(event: EventSet | undefined): string | undefined {
  const names = event === undefined ? [] : eventNames(event)
  return names.length === 1 && names[0] !== '*' ? names[0] : undefined
}

/** How events and segments are called on screen, for sentences, legends and tables. */
export function useNames(): Required<Names> {
  const events = useEvents().data
  const segments = useSegments().data
  const { language } = useFormat()
  const eventNamesByKey = useMemo(() => new Map(events?.map((e) => [e.name, e.display?.[language]])), [events, language])
  const segmentNames = useMemo(() => new Map(segments?.map((s) => [s.id, s.name])), [segments])
  const event = useCallback((name: string) => eventNamesByKey.get(name) || undefined, [eventNamesByKey])
  const segment = useCallback((id: string) => segmentNames.get(id), [segmentNames])
  return useMemo(() => ({ event, segment }), [event, segment])
}
