import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign, CampaignReport } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'

export interface CampaignsCardProps {
  query: UseQueryResult<Campaign[]>
  campaigns: Campaign[]
  reports: (CampaignReport | undefined)[]
}

/** The latest campaigns and what they changed. */
export function CampaignsCard({ query, campaigns, reports }: CampaignsCardProps) {
  const { t } = useTranslation('desk')
  const project = useProject()
  const editor = useRole('editor')
  return (
    <section className="weir-card">
      <div className="weir-card-head"><h2>{t('campaigns')}</h2>{campaigns.length > 0 && <Link to={`/p/${project.id}/campaigns`}>{t('allCampaigns')}</Link>}</div>
      {query.isPending && <TableLoading rows={3} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />}
      {query.data?.length === 0 && <Empty picture="mail" text={t('noCampaigns')} action={editor ? { label: t('newCampaign'), to: `/p/${project.id}/campaigns/new` } : undefined} />}
      <ul className="weir-desk-list">
        {campaigns.map((campaign, index) => <CampaignLine key={campaign.id} campaign={campaign} report={reports[index]} />)}
      </ul>
    </section>
  )
}

function CampaignLine({ campaign, report }: { campaign: Campaign; report: CampaignReport | undefined }) {
  const { t } = useTranslation('desk')
  const project = useProject()
  const format = useFormat()
  return (
    <li>
      <Link to={`/p/${project.id}/campaigns/${campaign.id}`} className="weir-desk-campaign">
        <span className="weir-desk-campaign-name weir-ellipsis">{campaign.name}</span>
        <span className="weir-soft weir-num">{t(`status.${campaign.status}`)}{campaign.started_at && ` · ${t('sent')} ${format.number(report?.counts.sent ?? campaign.counts?.sent)}`}</span>
        {report && report.verdict !== '' && <Lift report={report} />}
      </Link>
    </li>
  )
}

const tones: Record<string, string> = { gain: 'weir-gain', loss: 'weir-loss' }

function Lift({ report }: { report: CampaignReport }) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  // Where the arms cannot be trusted or are too small, a number would mislead.
  const conversion = report.verdict === 'too_small' || report.verdict === 'unbalanced' ? null : report.lift?.conversion
  const points = (value: number) => `${value > 0 ? '+' : ''}${format.full(value * 100, 2)}`
  return (
    <span className="weir-desk-lift weir-num">
      <b className={tones[report.verdict] ?? 'weir-soft'}>{t(`verdict.${report.verdict}`)}{conversion && ` ${t('points', { value: points(conversion.difference) })}`}</b>
      {conversion && <span className="weir-faint">{t('interval', { low: points(conversion.low), high: points(conversion.high) })}</span>}
    </span>
  )
}
