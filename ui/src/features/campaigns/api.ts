import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { queryString, request } from '@/api/request'
import type { Campaign, CampaignAudience, CampaignMessage, CampaignReport, EmailChannel, PersonsPage, TemplatePreview } from '@/api/types'
import { useProject } from '@/app/session'
import { useSettled } from '@/components/useSettled'
import type { Change, Content } from './draft'
import { running } from './model'

const list = (project: string) => ['campaigns', project, 'list']
const one = (project: string, campaign: string) => ['campaigns', project, 'one', campaign]

/** How often a page asks again: often while mails go out, seldom afterwards. */
const busyMs = 2_000
const calmMs = 20_000

export function useCampaigns() {
  const { id } = useProject()
  return useQuery<Campaign[]>({
    queryKey: list(id),
    refetchInterval: (query) => (query.state.data?.some(running) ? busyMs * 2 : calmMs),
    queryFn: async ({ signal }) => (await request<{ campaigns: Campaign[] }>('GET', `/projects/${id}/campaigns`, undefined, { signal })).campaigns,
  })
}

export function useCampaign(campaign: string | undefined) {
  const { id } = useProject()
  return useQuery<Campaign>({
    queryKey: one(id, campaign ?? ''),
    enabled: campaign !== undefined,
    // A draft changes by this page only; asking again could bring back what was just overwritten.
    refetchInterval: (query) => (!query.state.data || query.state.data.status === 'draft' ? false : running(query.state.data) ? busyMs : calmMs),
    refetchOnWindowFocus: (query) => query.state.data?.status !== 'draft',
    queryFn: ({ signal }) => request<Campaign>('GET', `/projects/${id}/campaigns/${campaign}`, undefined, { signal }),
  })
}

function reportQuery(project: string, campaign: Campaign) {
  return {
    queryKey: ['campaigns', project, 'report', campaign.id],
    enabled: campaign.status !== 'draft',
    refetchInterval: running(campaign) ? busyMs * 2 : calmMs,
    queryFn: ({ signal }: { signal: AbortSignal }) => request<CampaignReport>('GET', `/projects/${project}/campaigns/${campaign.id}/report`, undefined, { signal }),
  }
}

export function useReport(campaign: Campaign) {
  const { id } = useProject()
  return useQuery(reportQuery(id, campaign))
}

/** The reports of the campaigns shown, in their order. */
export function useReports(campaigns: readonly Campaign[]): (CampaignReport | undefined)[] {
  const { id } = useProject()
  return useQueries({ queries: campaigns.map((campaign) => ({ ...reportQuery(id, campaign), refetchInterval: false as const, staleTime: 60_000 })) }).map((query) => query.data)
}

export interface MessagesAsk {
  status: string
  query: string
  page: number
}

export const messagesPageSize = 20

export function useMessages(campaign: Campaign, ask: MessagesAsk) {
  const { id } = useProject()
  return useQuery({
    queryKey: ['campaigns', id, 'messages', campaign.id, ask],
    placeholderData: keepPreviousData,
    refetchInterval: running(campaign) ? busyMs * 2 : false,
    queryFn: ({ signal }) => request<{ messages: CampaignMessage[]; total: number }>('GET', `/projects/${id}/campaigns/${campaign.id}/messages${queryString({
      status: ask.status, query: ask.query, limit: messagesPageSize, offset: (ask.page - 1) * messagesPageSize,
    })}`, undefined, { signal }),
  })
}

/** Counts whom the stored draft would reach. */
export function useAudience(campaign: Campaign | undefined) {
  const { id } = useProject()
  return useQuery({
    queryKey: ['campaigns', id, 'audience', campaign?.id, campaign?.segment, campaign?.holdout_percent],
    enabled: campaign !== undefined && campaign.segment !== '',
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => request<CampaignAudience>('POST', `/projects/${id}/campaigns/${campaign?.id}/audience`, undefined, { signal }),
  })
}

export function useChannel() {
  const { id } = useProject()
  return useQuery({
    queryKey: ['channel', id, 'email'],
    queryFn: ({ signal }) => request<EmailChannel>('GET', `/projects/${id}/channels/email`, undefined, { signal }),
  })
}

const previewMs = 350

/** Renders the content for a person, a moment after it has stopped changing. */
export function usePreview(content: Content, person: string) {
  const { id } = useProject()
  const body = JSON.stringify({ ...content, ...(person ? { person } : {}) })
  const settled = useSettled(body, previewMs)
  const query = useQuery({
    queryKey: ['preview', id, settled],
    enabled: content.subject !== '' || content.html !== '' || content.text !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    queryFn: ({ signal }) => request<TemplatePreview>('POST', `/projects/${id}/templates/preview`, JSON.parse(settled), { signal }),
  })
  return { ...query, stale: settled !== body || query.isPlaceholderData }
}

/** Persons to preview for: of the segment when there is one. */
export function usePreviewPersons(segment: string, words: string) {
  const { id } = useProject()
  const settled = useSettled(words, 250)
  return useQuery({
    queryKey: ['persons', id, 'preview', segment, settled],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<PersonsPage>('GET', `/projects/${id}/persons${queryString({ segment, query: settled, limit: 20 })}`, undefined, { signal }),
  })
}

/** Stores a draft: makes it the first time. */
export function useStore() {
  const { id } = useProject()
  const cache = useQueryClient()
  return async (campaign: string | undefined, change: Change): Promise<Campaign> => {
    const stored = campaign
      ? await request<Campaign>('PATCH', `/projects/${id}/campaigns/${campaign}`, change)
      : await request<Campaign>('POST', `/projects/${id}/campaigns`, change)
    cache.setQueryData(one(id, stored.id), stored)
    void cache.invalidateQueries({ queryKey: list(id) })
    return stored
  }
}

export type Step = 'send' | 'pause' | 'resume' | 'cancel'

export function useStep() {
  const { id } = useProject()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ campaign, step }: { campaign: string; step: Step }) => request<Campaign>('POST', `/projects/${id}/campaigns/${campaign}/${step}`),
    onSuccess: (campaign) => {
      cache.setQueryData(one(id, campaign.id), campaign)
      void cache.invalidateQueries({ queryKey: ['campaigns', id] })
      void cache.invalidateQueries({ queryKey: ['segments', id] })
    },
  })
}

export function useTestSend() {
  const { id } = useProject()
  return useMutation({
    mutationFn: ({ campaign, to, person }: { campaign: string; to: string; person: string }) =>
      request<{ ok: boolean }>('POST', `/projects/${id}/campaigns/${campaign}/test`, { to, ...(person ? { person } : {}) }),
  })
}

export function useDeleteDraft() {
  const { id } = useProject()
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (campaign: string) => request<{ ok: boolean }>('DELETE', `/projects/${id}/campaigns/${campaign}`),
    onSuccess: (_, campaign) => {
      cache.removeQueries({ queryKey: one(id, campaign) })
      void cache.invalidateQueries({ queryKey: ['campaigns', id] })
    },
  })
}
