import { PauseOutlined, CaretRightOutlined } from '@ant-design/icons'
import { Button, Input, Segmented } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { PageHeader } from '@/components/PageHeader'
import { liveCapacity, matches, useLive, type LiveFilter, type LiveItem, type LiveStatus } from '@/lib/live'
import { IntakeFigures } from './IntakeFigures'
import { LiveRow } from './LiveRow'
import { PropertyLimitNotice } from './PropertyLimitNotice'
import './live.css'

export function LivePage() {
  const { t } = useTranslation('live')
  const project = useProject()
  const { items, status } = useLive(project.id)
  const [frozen, setFrozen] = useState<LiveItem[] | null>(null)
  const [filter, setFilter] = useState<LiveFilter>({ text: '', show: 'all' })
  const shown = useMemo(() => (frozen ?? items).filter((item) => matches(item, filter)), [frozen, items, filter])
  const arrived = frozen ? countNew(items, frozen) : 0
  return (
    <>
      <PageHeader
        title={t('title')}
        question={t('question')}
        help={<><p>{t('help1', { count: liveCapacity })}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
        actions={(
          <Button type="primary" icon={frozen ? <CaretRightOutlined /> : <PauseOutlined />} onClick={() => setFrozen(frozen ? null : items)}>
            {frozen ? (arrived > 0 ? t('newWhilePaused', { count: arrived }) : t('resume')) : t('pause')}
          </Button>
        )}
      />
      <div className="weir-stack">
        <IntakeFigures />
        <PropertyLimitNotice scope="event" />
        <PropertyLimitNotice scope="user" />
        <section className="weir-card weir-card-flush" aria-label={t('title')}>
          <div className="weir-card-head">
            <Status status={status} />
            <div className="weir-row weir-live-filter">
              <Segmented
                aria-label={t('show')}
                value={filter.show}
                onChange={(show) => setFilter({ ...filter, show })}
                options={[{ value: 'all' as const, label: t('all') }, { value: 'event' as const, label: t('events') }, { value: 'rejected' as const, label: t('rejected') }]}
              />
              <Input.Search allowClear className="weir-live-search" aria-label={t('filter')} placeholder={t('filter')} value={filter.text} onChange={(event) => setFilter({ ...filter, text: event.target.value })} />
            </div>
          </div>
          {shown.length > 0 && <Rows items={shown} />}
          {shown.length === 0 && items.length > 0 && (
            <Empty picture="search" title={t('noMatch')} text={t('noMatchText')} action={{ label: t('clear'), onClick: () => setFilter({ text: '', show: 'all' }) }} />
          )}
          {shown.length === 0 && items.length === 0 && (
            <Empty picture="live" title={t('waiting')} text={t('waitingText')} action={{ label: t('connect'), to: `/p/${project.id}/connect` }} />
          )}
        </section>
      </div>
    </>
  )
}

function countNew(items: LiveItem[], frozen: LiveItem[]): number {
  const top = frozen[0]?.key
  if (top === undefined) return items.length
  const at = items.findIndex((item) => item.key === top)
  return at < 0 ? items.length : at
}

function Status({ status }: { status: LiveStatus }) {
  const { t } = useTranslation('live')
  return <span className={`weir-live-status weir-live-${status}`} role="status"><i aria-hidden="true" />{t(`status.${status}`)}</span>
}

function Rows({ items }: { items: LiveItem[] }) {
  const { t } = useTranslation('live')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  function toggle(key: string) {
    const next = new Set(open)
    if (!next.delete(key)) next.add(key)
    setOpen(next)
  }
  return (
    <div className="weir-live-table">
      <div className="weir-live-head" aria-hidden="true">
        <span>{t('columns.time')}</span><span>{t('columns.event')}</span><span>{t('columns.who')}</span><span>{t('columns.properties')}</span>
      </div>
      <ul>
        {items.map((item) => <LiveRow key={item.key} item={item} open={open.has(item.key)} onToggle={() => toggle(item.key)} />)}
      </ul>
    </div>
  )
}
