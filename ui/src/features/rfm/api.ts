import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from '@/api/request'
import type { PersonsPage, RfmBoard, RfmSettings } from '@/api/types'
import { useProject } from '@/app/session'
import { useSettled } from '@/components/useSettled'
import { complete, type Place } from './model'

const freshMs = 30_000

export function useRfmSettings() {
  const { id } = useProject()
  return useQuery({
    queryKey: ['rfm', id, 'settings'],
    queryFn: ({ signal }) => request<RfmSettings>('GET', `/projects/${id}/rfm`, undefined, { signal }),
  })
}

/** The board of a day («» is today) by the project's own settings. */
export function useBoard(asOf: string) {
  const { id } = useProject()
  return useQuery({
    queryKey: ['rfm', id, 'board', asOf],
    staleTime: freshMs,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<RfmBoard>('POST', `/projects/${id}/rfm/board`, asOf ? { as_of: asOf } : {}, { signal }),
  })
}

/** The board by settings that are not saved, a moment after they have stopped changing. */
export function useTrial(asOf: string, settings: RfmSettings, enabled: boolean) {
  const { id } = useProject()
  const text = JSON.stringify(settings)
  const settled = useSettled(text, 350)
  const query = useQuery({
    queryKey: ['rfm', id, 'trial', asOf, settled],
    enabled: enabled && complete(JSON.parse(settled) as RfmSettings),
    staleTime: freshMs,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => request<RfmBoard>('POST', `/projects/${id}/rfm/board`, { ...(asOf ? { as_of: asOf } : {}), settings: JSON.parse(settled) as RfmSettings }, { signal }),
  })
  return { ...query, stale: settled !== text || query.isPlaceholderData }
}

export function fetchPlace(project: string, asOf: string, place: Place, page: { limit: number; offset: number }, signal: AbortSignal): Promise<PersonsPage> {
  const where = 'group' in place ? { group: place.group } : { r: place.r, fm: place.fm }
  return request<PersonsPage>('POST', `/projects/${project}/rfm/persons`, { ...(asOf ? { as_of: asOf } : {}), ...where, ...page }, { signal })
}

export function useSaveSettings() {
  const { id } = useProject()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (settings: RfmSettings) => request<RfmSettings>('PUT', `/projects/${id}/rfm`, settings),
    onSuccess: (saved) => {
      cache.setQueryData(['rfm', id, 'settings'], saved)
      void cache.invalidateQueries({ queryKey: ['rfm', id, 'board'] })
      void cache.invalidateQueries({ queryKey: ['segments', id] })
      void cache.invalidateQueries({ queryKey: ['persons', id] })
    },
  })
}
