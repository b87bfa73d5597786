import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { deskSeries, useCampaigns, useCatalog, useEmailReady, useFigures, useIntake, useOrders, useReports, useSegments } from './api'
import { CampaignsCard } from './CampaignsCard'
import { FigureCards } from './FigureCards'
import { Loop } from './Loop'
import { change, deskRange, latestCampaigns, suggestions } from './model'
import { NextCard } from './NextCard'
import { SegmentsCard } from './SegmentsCard'
import './desk.css'

/** How many recent campaigns the desk shows. */
const recent = 4

export function DeskPage() {
  const { t } = useTranslation('desk')
  const project = useProject()
  const format = useFormat()
  const intake = useIntake()
  const catalog = useCatalog()
  const orders = useOrders(catalog.data)
  const range = catalog.data && orders.ready ? deskRange(catalog.data, format.day(Date.now()), format.day) : null
  const asked = deskSeries(orders.event, orders.value)
  const figures = useFigures(range, asked)
  const segments = useSegments()
  const campaigns = useCampaigns()
  const latest = latestCampaigns(campaigns.data ?? [], recent)
  const reports = useReports(latest)
  const emailReady = useEmailReady()
  const empty = intake.data?.events_total === 0
  const known = reports.filter((report): report is CampaignReport => report !== undefined)
  const next = suggestions({
    intake: intake.data, segments: segments.data, campaigns: campaigns.data, reports: known, emailReady,
    activeChange: change(figures.data?.series[0], figures.data?.compare?.[0]), past: range?.past ?? false,
  })
  function retry() {
    for (const query of [intake, catalog, figures]) if (query.isError) void query.refetch()
  }
  return (
    <>
      <PageHeader title={t('title')} question={t('question')} help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>} />
      <div className="weir-stack">
        {range?.past && <p className="weir-desk-note">{t('asOf', { date: format.date(range.to) })}</p>}
        {empty
          ? <section className="weir-card"><Empty title={t('emptyTitle')} text={t('emptyText')} action={{ label: t('connect'), to: `/p/${project.id}/connect` }} /></section>
          : <FigureCards asked={asked} range={range} answer={figures.data} error={catalog.error ?? figures.error ?? intake.error} onRetry={retry} />}
        <Loop intake={intake.data} segments={segments.data?.length} campaigns={campaigns.data} reports={known} />
        {!empty && (
          <div className="weir-desk-columns">
            <div className="weir-stack">
              <CampaignsCard query={campaigns} campaigns={latest} reports={reports} />
              <SegmentsCard query={segments} persons={intake.data?.persons_total} />
            </div>
            {intake.data && <NextCard suggestions={next} />}
          </div>
        )}
      </div>
    </>
  )
}
