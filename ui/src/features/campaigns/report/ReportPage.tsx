import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign } from '@/api/types'
import { useProject } from '@/app/session'
import { useSegments } from '@/components/catalog'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { useReport } from '../api'
import { StatusTag } from '../StatusTag'
import { Figures } from './Figures'
import { HoursCard } from './HoursCard'
import { LiftCard } from './LiftCard'
import { LinksCard } from './LinksCard'
import { MessagesCard } from './MessagesCard'
import { RunCard } from './RunCard'

/** A campaign that has begun: how far it is, what it did, and whether it worked. */
export function ReportPage({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const project = useProject()
  const segments = useSegments()
  const report = useReport(campaign)
  const segment = segments.data?.find((s) => s.id === campaign.segment)
  const ended = campaign.status === 'done' || campaign.status === 'cancelled'
  return (
    <>
      <PageHeader
        title={campaign.name}
        question={(
          <span className="weir-report-line">
            <StatusTag status={campaign.status} />
            {segment && <Link to={`/p/${project.id}/segments/${segment.id}`}>{segment.name}</Link>}
            <span>{t('run.subject', { subject: campaign.subject })}</span>
            <span>{t('run.started', { time: format.dateTime(campaign.started_at) })}</span>
            {campaign.finished_at && <span>{t('run.finished', { time: format.dateTime(campaign.finished_at) })}</span>}
          </span>
        )}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
      />
      <div className="weir-stack">
        {!ended && <RunCard campaign={campaign} />}
        {report.isError && <section className="weir-card"><ErrorState error={report.error} onRetry={() => void report.refetch()} /></section>}
        {report.isPending && <section className="weir-card"><BlockLoading height={320} /></section>}
        {report.data && (
          <>
            <Figures report={report.data} />
            <LiftCard campaign={campaign} report={report.data} />
            <div className="weir-campaign-two">
              <HoursCard hours={report.data.hours} />
              <LinksCard links={report.data.links} />
            </div>
          </>
        )}
        <MessagesCard campaign={campaign} />
      </div>
    </>
  )
}
