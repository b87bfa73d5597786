import { useQueries, useQuery } from '@tanstack/react-query'
import { request } from '@/api/request'
import type { Campaign, CampaignReport, CatalogEvent, CatalogProperty, EmailChannel, Intake, Segment, TrendAnswer } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { orderEvent, valueProperty, type DeskRange } from './model'

const fresh = { staleTime: 30_000 }

export function useIntake() {
  const { id } = useProject()
  return useQuery({ queryKey: ['intake', id], refetchInterval: 15_000, queryFn: ({ signal }) => request<Intake>('GET', `/projects/${id}/intake`, undefined, { signal }) })
}

export function useCatalog() {
  const { id } = useProject()
  return useQuery({
    ...fresh,
    queryKey: ['catalog', id, 'events', 'desk'],
    queryFn: async ({ signal }) => (await request<{ events: CatalogEvent[] }>('GET', `/projects/${id}/catalog/events`, undefined, { signal })).events,
  })
}

/** Which event is an order and which of its numbers is money; null where there is none. */
export function useOrders(events: CatalogEvent[] | undefined) {
  const { id } = useProject()
  const event = events ? orderEvent(events) : null
  const properties = useQuery({
    ...fresh,
    queryKey: ['catalog', id, 'properties', 'desk', event],
    enabled: event !== null,
    queryFn: async ({ signal }) => (await request<{ properties: CatalogProperty[] }>('GET', `/projects/${id}/catalog/properties?scope=event&event=${encodeURIComponent(event ?? '')}`, undefined, { signal })).properties,
  })
  return { event, value: properties.data ? valueProperty(properties.data) : null, ready: events !== undefined && (event === null || !properties.isPending) }
}

export type FigureKey = 'active' | 'fresh' | 'orders' | 'revenue'

export interface DeskSeries {
  key: FigureKey
  series: { event: string; measure: string | { sum: string } }
}

export function deskSeries(order: string | null, value: string | null): DeskSeries[] {
  const list: DeskSeries[] = [
    { key: 'active', series: { event: '*', measure: 'persons' } },
    { key: 'fresh', series: { event: '*', measure: 'first_time_persons' } },
  ]
  if (order) list.push({ key: 'orders', series: { event: order, measure: 'count' } })
  if (order && value) list.push({ key: 'revenue', series: { event: order, measure: { sum: value } } })
  return list
}

/** All figures of the desk in one question. */
export function useFigures(range: DeskRange | null, series: DeskSeries[]) {
  const { id } = useProject()
  const body = range && {
    kind: 'trend', interval: 'day', compare: 'previous', range: { from: range.from, to: range.to }, series: series.map((s) => s.series),
  }
  return useQuery({
    ...fresh,
    queryKey: ['query', id, 'desk', body],
    enabled: body !== null,
    queryFn: ({ signal }) => request<TrendAnswer>('POST', `/projects/${id}/query`, body, { signal }),
  })
}

export function useSegments() {
  const { id } = useProject()
  return useQuery({
    ...fresh,
    queryKey: ['segments', id, 'desk'],
    queryFn: async ({ signal }) => (await request<{ segments: Segment[] }>('GET', `/projects/${id}/segments`, undefined, { signal })).segments,
  })
}

export function useCampaigns() {
  const { id } = useProject()
  return useQuery({
    ...fresh,
    queryKey: ['campaigns', id, 'desk'],
    queryFn: async ({ signal }) => (await request<{ campaigns: Campaign[] }>('GET', `/projects/${id}/campaigns`, undefined, { signal })).campaigns,
  })
}

/** Reports of the campaigns that have started, in their order. */
export function useReports(campaigns: Campaign[]): (CampaignReport | undefined)[] {
  const { id } = useProject()
  return useQueries({
    queries: campaigns.map((campaign) => ({
      ...fresh,
      queryKey: ['campaigns', id, campaign.id, 'report', 'desk'],
      enabled: campaign.status !== 'draft',
      queryFn: ({ signal }: { signal: AbortSignal }) => request<CampaignReport>('GET', `/projects/${id}/campaigns/${campaign.id}/report`, undefined, { signal }),
    })),
  }).map((query) => query.data)
}

/** Whether e-mail is set up; unknown to those who may not read its settings. */
export function useEmailReady(): boolean | undefined {
  const { id } = useProject()
  const editor = useRole('editor')
  const channel = useQuery({
    ...fresh,
    queryKey: ['channel', id, 'email', 'desk'],
    enabled: editor,
    queryFn: ({ signal }) => request<EmailChannel>('GET', `/projects/${id}/channels/email`, undefined, { signal }),
  })
  return channel.data ? channel.data.host !== '' : undefined
}
