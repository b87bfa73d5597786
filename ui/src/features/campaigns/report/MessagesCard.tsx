import { Input, Select, Table, type TableColumnsType } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign, CampaignMessage } from '@/api/types'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { personLabel } from '@/components/PersonsDrawer'
import { useSettled } from '@/components/useSettled'
import { useFormat } from '@/lib/useFormat'
import { messagesPageSize, useMessages } from '../api'
import { messageStatuses } from '../model'

/** What became of each person on the list. */
export function MessagesCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const [status, setStatus] = useState('')
  const [words, setWords] = useState('')
  const [page, setPage] = useState(1)
  const query = useSettled(words.trim(), 250)
  useEffect(() => setPage(1), [status, query])
  const messages = useMessages(campaign, { status, query, page })
  const columns = useColumns()
  const total = messages.data?.total ?? 0
  const narrowed = status !== '' || query !== ''
  return (
    <section className="weir-card weir-card-flush weir-messages" aria-labelledby="campaign-messages">
      <div className="weir-card-head">
        <h2 id="campaign-messages">{t('messages.title')}</h2>
        <div className="weir-row">
          <Select aria-label={t('messages.status')} value={status} onChange={setStatus} style={{ width: 150 }} options={[{ value: '', label: t('messages.all') }, ...messageStatuses.map((value) => ({ value: value as string, label: t(`messages.statuses.${value}`) }))]} />
          <Input.Search allowClear aria-label={t('messages.search')} placeholder={t('messages.search')} value={words} onChange={(event) => setWords(event.target.value)} style={{ width: 220 }} />
        </div>
      </div>
      {messages.isError && <ErrorState error={messages.error} onRetry={() => void messages.refetch()} />}
      {messages.isPending && <div style={{ padding: 16 }}><TableLoading rows={6} /></div>}
      {messages.data && total === 0 && <Empty picture="mail" title={narrowed ? t('messages.empty') : undefined} text={t(narrowed ? 'messages.emptyText' : 'messages.emptyStart')} />}
      {messages.data && total > 0 && (
        <Table<CampaignMessage>
          size="small"
          rowKey="id"
          className={messages.isPlaceholderData ? 'weir-stale' : undefined}
          columns={columns}
          dataSource={messages.data.messages}
          scroll={{ x: 900 }}
          pagination={{
            current: page, pageSize: messagesPageSize, total, showSizeChanger: false, size: 'small', hideOnSinglePage: true, onChange: setPage,
            showTotal: (all, [from, to]) => t('common:pageOf', { from, to, total: all }),
          }}
        />
      )}
    </section>
  )
}

function useColumns(): TableColumnsType<CampaignMessage> {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const project = useProject()
  return [
    { title: t('messages.person'), key: 'person', fixed: 'left', width: 150, ellipsis: true, render: (_, m) => <Link to={`/p/${project.id}/persons/${m.person.id}`}>{personLabel(m.person)}</Link> },
    {
      title: t('status'), key: 'status', width: 160,
      render: (_, m) => (
        <>
          {t(`messages.statuses.${m.status}`, { defaultValue: m.status })}
          {m.error && <span className="weir-message-error">{m.error}</span>}
        </>
      ),
    },
    { title: t('messages.address'), key: 'address', width: 180, ellipsis: true, render: (_, m) => m.address || '–' },
    { title: t('messages.sentAt'), key: 'sent', width: 150, render: (_, m) => format.dateTime(m.sent_at) },
    { title: t('messages.openedAt'), key: 'opened', width: 150, render: (_, m) => format.dateTime(m.opened_at) },
    { title: t('messages.clickedAt'), key: 'clicked', width: 150, render: (_, m) => format.dateTime(m.clicked_at) },
  ]
}
