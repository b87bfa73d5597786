import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Button, Drawer, Pagination } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { request } from '@/api/request'
import type { PersonRow, PersonsPage, Question } from '@/api/types'
import { useProject } from '@/app/session'
import { personLabel } from '@/lib/person'
import { useFormat } from '@/lib/useFormat'
import { Empty } from './Empty'
import { ErrorState } from './ErrorState'
import { TableLoading } from './Loading'

export { personLabel } from '@/lib/person'

export type PersonsFetcher = (page: { limit: number; offset: number }, signal: AbortSignal) => Promise<PersonsPage>

export interface PersonsDrawerProps {
  open: boolean
  title: string
  /** A question whose «actors» name the cell, … */
  body?: Question
  /** … or any other way to page through persons; fetchKey tells two of them apart. */
  fetcher?: PersonsFetcher
  fetchKey?: unknown
  onClose: () => void
  onSaveSegment?: () => void
}

const pageSize = 50

/** Lists the persons behind a cell without leaving the page. */
export function PersonsDrawer({ open, title, body, fetcher, fetchKey, onClose, onSaveSegment }: PersonsDrawerProps) {
  const { t } = useTranslation()
  const project = useProject()
  const [page, setPage] = useState(1)
  const key = JSON.stringify(body ?? fetchKey ?? title)
  useEffect(() => setPage(1), [key])
  const offset = (page - 1) * pageSize
  const persons = useQuery({
    queryKey: ['persons-drawer', project.id, key, offset],
    enabled: open && (body !== undefined || fetcher !== undefined),
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => fetcher
      ? fetcher({ limit: pageSize, offset }, signal)
      : request<PersonsPage>('POST', `/projects/${project.id}/query`, { ...body, limit: pageSize, offset }, { signal }),
  })
  const total = persons.data?.total ?? 0
  return (
    <Drawer
      open={open}
      title={title}
      onClose={onClose}
      size={560}
      destroyOnHidden
      extra={onSaveSegment && total > 0 && <Button type="primary" onClick={onSaveSegment}>{t('drawer.saveSegment')}</Button>}
    >
      {persons.isError && <ErrorState error={persons.error} onRetry={() => void persons.refetch()} />}
      {persons.isPending && !persons.isError && <TableLoading rows={12} />}
      {persons.data && total === 0 && <Empty picture="people" title={t('drawer.empty')} text={t('drawer.emptyText')} />}
      {persons.data && total > 0 && (
        <>
          <p className="weir-soft" aria-live="polite">{t('drawer.total', { count: total })}</p>
          <ul className={persons.isPlaceholderData ? 'weir-person-list weir-stale' : 'weir-person-list'}>
            {persons.data.persons.map((person) => <PersonLine key={person.id} person={person} project={project.id} />)}
          </ul>
          {total > pageSize && (
            <Pagination current={page} pageSize={pageSize} total={total} onChange={setPage} showSizeChanger={false} size="small" align="end" />
          )}
        </>
      )}
    </Drawer>
  )
}

function PersonLine({ person, project }: { person: PersonRow; project: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <li>
      <Link to={`/p/${project}/persons/${person.id}`} className="weir-person-line">
        <span className="weir-person-name">{personLabel(person)}</span>
        <span className="weir-person-id">{person.distinct_id}</span>
        <span className="weir-person-seen">{t('words.lastSeen')} {format.relative(person.last_seen)} · {format.number(person.events)} {t('drawer.events')}</span>
      </Link>
    </li>
  )
}
