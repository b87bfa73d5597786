import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { queryString, request } from '@/api/request'
import type { Intake, PersonsPage, Segment, SegmentEstimate } from '@/api/types'
import { useProject } from '@/app/session'
import { useSettled } from '@/components/useSettled'
import type { Condition } from '@/query/types'

/** Sizes move with the data; a page that stays open follows them. */
const followMs = 15_000

export function useSegmentList() {
  const { id } = useProject()
  return useQuery({
    queryKey: ['segments', id, 'list'],
    refetchInterval: followMs,
    queryFn: async ({ signal }) => (await request<{ segments: Segment[] }>('GET', `/projects/${id}/segments`, undefined, { signal })).segments,
  })
}

export function useSegment(segment: string) {
  const { id } = useProject()
  return useQuery({
    queryKey: ['segments', id, 'one', segment],
    refetchInterval: followMs,
    queryFn: ({ signal }) => request<Segment>('GET', `/projects/${id}/segments/${segment}`, undefined, { signal }),
  })
}

/** How many persons the project has: what a share is of. */
export function useEveryone(): number | undefined {
  const { id } = useProject()
  return useQuery({
    queryKey: ['intake', id, 'segments'],
    staleTime: followMs,
    queryFn: ({ signal }) => request<Intake>('GET', `/projects/${id}/intake`, undefined, { signal }),
  }).data?.persons_total
}

export interface MembersAsk {
  query: string
  sort: string
  page: number
}

export const membersPageSize = 20

export function useMembers(segment: string, ask: MembersAsk) {
  const { id } = useProject()
  return useQuery({
    queryKey: ['segments', id, 'members', segment, ask],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<PersonsPage>('GET', `/projects/${id}/segments/${segment}/members${queryString({
      query: ask.query, sort: ask.sort, limit: membersPageSize, offset: (ask.page - 1) * membersPageSize,
    })}`, undefined, { signal }),
  })
}

const settleMs = 350

/** Counts who meets a condition, a moment after it has stopped changing. */
export function useEstimate(condition: Condition | undefined) {
  const { id } = useProject()
  const text = condition ? JSON.stringify(condition) : ''
  const settled = useSettled(text, settleMs)
  const query = useQuery({
    queryKey: ['segments', id, 'estimate', settled],
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => request<SegmentEstimate>('POST', `/projects/${id}/segments/estimate`, { condition: JSON.parse(settled) as unknown }, { signal }),
  })
  return { ...query, idle: text === '', stale: settled !== text || query.isPlaceholderData || query.isFetching }
}

export interface SegmentFields {
  name: string
  description: string
  condition?: Condition
}

/** Makes a segment, or changes the one that is given. */
export function useSaveSegment(segment: string | undefined) {
  const { id } = useProject()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (fields: SegmentFields) => segment
      ? request<Segment>('PATCH', `/projects/${id}/segments/${segment}`, fields)
      : request<Segment>('POST', `/projects/${id}/segments`, fields),
    onSuccess: (saved) => {
      cache.setQueryData(['segments', id, 'one', saved.id], saved)
      return forget(cache, id)
    },
  })
}

export function useDeleteSegment() {
  const { id } = useProject()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (segment: string) => request<{ ok: boolean }>('DELETE', `/projects/${id}/segments/${segment}`),
    onSuccess: (_, segment) => {
      cache.removeQueries({ queryKey: ['segments', id, 'one', segment] })
      cache.removeQueries({ queryKey: ['segments', id, 'members', segment] })
      return forget(cache, id)
    },
  })
}

function forget(cache: ReturnType<typeof useQueryClient>, project: string) {
  void cache.invalidateQueries({ queryKey: ['p', project, 'segments'] })
  void cache.invalidateQueries({ queryKey: ['segments', project, 'members'] })
  return cache.invalidateQueries({ queryKey: ['segments', project, 'list'] })
}
