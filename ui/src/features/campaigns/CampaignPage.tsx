import { useTranslation } from 'react-i18next'
import { Navigate, useParams, useSearchParams } from 'react-router'
import { useState } from 'react'
import { ApiError } from '@/api/request'
import type { Campaign } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { PageLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'
import { useCampaign } from './api'
import './campaigns.css'
import { draftOf, emptyDraft } from './draft'
import { Editor } from './Editor'
import { ReportPage } from './report/ReportPage'
import { starterContent } from './starter'

/** A draft is edited; what has begun is watched and read. */
export function CampaignPage() {
  const { campaign: id = '' } = useParams()
  // A new draft gets its id with the first save; its editor stays open through that change of the address,
  // and only the next visit to «new» begins another one.
  const [visit, setVisit] = useState({ id, count: 0 })
  const [born, setBorn] = useState<string | null>(null)
  if (visit.id !== id) setVisit({ id, count: visit.count + (id === 'new' ? 1 : 0) })
  if (id === 'new' || born === id) return <NewOrBorn key={visit.count} id={id === 'new' ? undefined : id} onBorn={setBorn} />
  return <Existing key={id} id={id} />
}

function NewOrBorn({ id, onBorn }: { id: string | undefined; onBorn: (id: string) => void }) {
  const project = useProject()
  const editor = useRole('editor')
  const { language } = useFormat()
  const [search] = useSearchParams()
  const [start] = useState(() => emptyDraft(search.get('segment') ?? '', starterContent(language)))
  const campaign = useCampaign(id)
  if (!editor) return <Navigate to={`/p/${project.id}/campaigns`} replace />
  if (campaign.data && campaign.data.status !== 'draft') return <ReportPage campaign={campaign.data} />
  return <Editor start={start} onBorn={onBorn} />
}

function Existing({ id }: { id: string }) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  const campaign = useCampaign(id)
  const [first, setFirst] = useState<Campaign | undefined>(undefined)
  if (campaign.data && first === undefined) setFirst(campaign.data)
  if (campaign.data && campaign.data.status !== 'draft') return <ReportPage campaign={campaign.data} />
  if (campaign.data && first) return <Editor start={draftOf(first)} campaign={first} />
  if (campaign.isPending || !campaign.isError) return <PageLoading />
  if (campaign.error instanceof ApiError && campaign.error.status === 404) {
    return <Empty picture="search" heading="h1" text={t('notFound')} action={{ label: t('backToList'), to: `/p/${project.id}/campaigns` }} />
  }
  return <ErrorState error={campaign.error} onRetry={() => void campaign.refetch()} />
}
