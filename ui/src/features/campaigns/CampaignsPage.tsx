import { PlusOutlined } from '@ant-design/icons'
import { Input, Select, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { Campaign, CampaignReport } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { useSegments } from '@/components/catalog'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { useCampaigns, useReports } from './api'
import './campaigns.css'
import { findCampaigns, progressOf, rateOf, running, statuses } from './model'
import { LiftLine } from './report/LiftLine'
import { StatusTag } from './StatusTag'

const pageSize = 20

/** All campaigns: where they stand, whom they reached, and what they changed. */
export function CampaignsPage() {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  const editor = useRole('editor')
  const campaigns = useCampaigns()
  const [search, setSearch] = useSearchParams()
  const words = search.get('query') ?? ''
  const status = search.get('status') ?? ''
  const shown = findCampaigns(campaigns.data ?? [], words, status)
  const create = `/p/${project.id}/campaigns/new`
  function set(change: { query?: string; status?: string }) {
    const next = new URLSearchParams()
    for (const [name, value] of Object.entries({ query: words, status, ...change })) if (value) next.set(name, value)
    setSearch(next, { replace: true })
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        question={t('question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
        actions={editor && <Link className="weir-button-link" to={create}><PlusOutlined aria-hidden="true" />&nbsp;{t('create')}</Link>}
      />
      <section className="weir-card weir-card-flush weir-campaign-list" aria-label={t('list')}>
        {campaigns.data && campaigns.data.length > 0 && (
          <div className="weir-card-head">
            <div className="weir-row">
              <Input.Search allowClear aria-label={t('search')} placeholder={t('search')} value={words} onChange={(event) => set({ query: event.target.value })} style={{ width: 300, maxWidth: '100%' }} />
              <Select aria-label={t('statusFilter')} value={status} onChange={(value) => set({ status: value })} style={{ width: 140 }} options={[{ value: '', label: t('all') }, ...statuses.map((value) => ({ value: value as string, label: t(`statuses.${value}`) }))]} />
            </div>
          </div>
        )}
        {campaigns.isError && <ErrorState error={campaigns.error} onRetry={() => void campaigns.refetch()} />}
        {campaigns.isPending && <div style={{ padding: 16 }}><TableLoading rows={8} /></div>}
        {campaigns.data?.length === 0 && <Empty picture="mail" title={t('empty')} text={t('emptyText')} action={editor ? { label: t('create'), to: create } : undefined} />}
        {campaigns.data && campaigns.data.length > 0 && shown.length === 0 && <Empty picture="search" title={t('noMatch')} text={t('noMatchText')} action={{ label: t('clear'), onClick: () => setSearch({}) }} />}
        {shown.length > 0 && <CampaignsTable campaigns={shown} />}
      </section>
    </>
  )
}

function CampaignsTable({ campaigns }: { campaigns: Campaign[] }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const project = useProject()
  const segments = useSegments()
  const [page, setPage] = useState(1)
  const visible = campaigns.slice((page - 1) * pageSize, page * pageSize)
  const reports = useReports(visible)
  const reportOf = (campaign: Campaign): CampaignReport | undefined => reports[visible.indexOf(campaign)]
  const share = (part: number, campaign: Campaign) => (campaign.status === 'draft' ? '–' : <span title={format.full(part)}>{format.percent(rateOf(part, campaign.counts.delivered))}</span>)
  const columns: TableColumnsType<Campaign> = [
    {
      title: t('name'), key: 'name', fixed: 'left', width: 200,
      render: (_, campaign) => (
        <span className="weir-campaign-title">
          <Link to={`/p/${project.id}/campaigns/${campaign.id}`}><b>{campaign.name}</b></Link>
          <span className="weir-ellipsis" title={campaign.subject}>{campaign.subject}</span>
        </span>
      ),
    },
    {
      title: t('status'), key: 'status', width: 110,
      render: (_, campaign) => <><StatusTag status={campaign.status} />{running(campaign) && <span className="weir-faint weir-num">{format.percent(progressOf(campaign.counts).share, 0)}</span>}</>,
    },
    { title: t('segment'), key: 'segment', width: 130, ellipsis: true, render: (_, campaign) => <SegmentName id={campaign.segment} name={segments.data?.find((s) => s.id === campaign.segment)?.name} known={segments.data !== undefined} /> },
    { title: t('sent'), key: 'sent', width: 70, align: 'right', render: (_, campaign) => (campaign.status === 'draft' ? '–' : format.number(campaign.counts.sent)) },
    { title: t('opened'), key: 'opened', width: 70, align: 'right', render: (_, campaign) => share(campaign.counts.opened, campaign) },
    { title: t('clicked'), key: 'clicked', width: 70, align: 'right', render: (_, campaign) => share(campaign.counts.clicked, campaign) },
    { title: t('lift'), key: 'lift', width: 220, render: (_, campaign) => <LiftLine report={reportOf(campaign)} /> },
    { title: t('updated'), key: 'time', width: 140, render: (_, campaign) => format.dateTime(campaign.started_at ?? campaign.created_at) },
  ]
  return (
    <Table<Campaign>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={visible}
      scroll={{ x: 1010 }}
      pagination={{
        current: page, pageSize, total: campaigns.length, showSizeChanger: false, size: 'small', hideOnSinglePage: true, onChange: setPage,
        showTotal: (total, [from, to]) => t('common:pageOf', { from, to, total }),
      }}
    />
  )
}

function SegmentName({ id, name, known }: { id: string; name: string | undefined; known: boolean }) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  if (id === '') return <span className="weir-faint">{t('noSegment')}</span>
  if (!name) return <span className="weir-faint">{known ? t('gone') : ''}</span>
  return <Link to={`/p/${project.id}/segments/${id}`}>{name}</Link>
}
