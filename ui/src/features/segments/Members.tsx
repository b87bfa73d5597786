import { Input, Table, type TableColumnsType } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { PersonRow, Segment } from '@/api/types'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { personLabel } from '@/components/PersonsDrawer'
import { useSettled } from '@/components/useSettled'
import { useFormat } from '@/lib/useFormat'
import { membersPageSize, useMembers } from './api'

/** Who is in the segment now. */
export function Members({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments')
  const [text, setText] = useState('')
  const query = useSettled(text.trim(), 250)
  const [page, setPage] = useState(1)
  const [sort, setSort] = useState('-last_seen')
  useEffect(() => setPage(1), [query, sort])
  const members = useMembers(segment.id, { query, sort, page })
  const columns = useColumns(sort)
  const total = members.data?.total ?? 0
  return (
    <section className="weir-card weir-card-flush weir-segment-members" aria-label={t('members')}>
      <div className="weir-card-head">
        <h2>{t('members')}</h2>
        <Input.Search allowClear aria-label={t('membersSearch')} placeholder={t('membersSearch')} value={text} onChange={(event) => setText(event.target.value)} style={{ width: 280, maxWidth: '100%' }} />
      </div>
      {members.isError && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
      {members.isPending && <div style={{ padding: 16 }}><TableLoading rows={10} /></div>}
      {members.data && total === 0 && (query
        ? <Empty picture="search" title={t('membersNoMatch')} text={t('noMatchText')} action={{ label: t('clear'), onClick: () => setText('') }} />
        : <Empty picture="people" title={t('membersEmpty')} text={t('membersEmptyText')} />)}
      {members.data && total > 0 && (
        <Table<PersonRow>
          size="small"
          rowKey="id"
          className={members.isPlaceholderData ? 'weir-stale' : undefined}
          columns={columns}
          dataSource={members.data.persons}
          scroll={{ x: 760 }}
          pagination={{
            current: page, pageSize: membersPageSize, total, showSizeChanger: false, size: 'small', hideOnSinglePage: true,
            showTotal: (all, [from, to]) => t('common:pageOf', { from, to, total: all }),
          }}
          onChange={(pages, _, sorter, { action }) => {
            if (action === 'paginate') return setPage(pages.current ?? 1)
            const one = Array.isArray(sorter) ? sorter[0] : sorter
            if (one?.columnKey) setSort((one.order === 'ascend' ? '' : '-') + String(one.columnKey))
          }}
        />
      )}
    </section>
  )
}

function useColumns(sort: string): TableColumnsType<PersonRow> {
  const { t } = useTranslation('segments')
  const format = useFormat()
  const project = useProject()
  const sortable = (key: string) => ({
    key, sorter: true, sortOrder: sort === key ? ('ascend' as const) : sort === `-${key}` ? ('descend' as const) : null,
    sortDirections: ['descend', 'ascend', 'descend'] as ('descend' | 'ascend')[],
  })
  return [
    {
      title: t('person'), ...sortable('name'), fixed: 'left', width: 200,
      render: (_, person) => (
        <span className="weir-segment-name">
          <Link to={`/p/${project.id}/persons/${person.id}`}><b>{personLabel(person)}</b></Link>
          {person.name && <span>{person.distinct_id}</span>}
        </span>
      ),
    },
    { title: t('email'), key: 'email', width: 220, ellipsis: true, render: (_, person) => (typeof person.properties.email === 'string' ? person.properties.email : '–') },
    { title: t('events'), ...sortable('events'), width: 100, align: 'right', render: (_, person) => format.number(person.events) },
    { title: t('firstSeen'), ...sortable('first_seen'), width: 150, render: (_, person) => format.dateTime(person.first_seen) },
    { title: t('lastSeen'), ...sortable('last_seen'), width: 150, render: (_, person) => format.dateTime(person.last_seen) },
  ]
}
