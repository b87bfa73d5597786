import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Segment } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'

const most = 6

/** The largest segments and their share of everybody. */
export function SegmentsCard({ query, persons }: { query: UseQueryResult<Segment[]>; persons: number | undefined }) {
  const { t } = useTranslation('desk')
  const project = useProject()
  const editor = useRole('editor')
  const format = useFormat()
  const segments = (query.data ?? []).toSorted((a, b) => b.persons - a.persons).slice(0, most)
  return (
    <section className="weir-card">
      <div className="weir-card-head"><h2>{t('segments')}</h2>{segments.length > 0 && <Link to={`/p/${project.id}/segments`}>{t('allSegments')}</Link>}</div>
      {query.isPending && <TableLoading rows={4} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />}
      {query.data?.length === 0 && <Empty picture="people" text={t('noSegments')} action={editor ? { label: t('newSegment'), to: `/p/${project.id}/segments/new` } : undefined} />}
      <ul className="weir-desk-list">
        {segments.map((segment) => {
          const share = persons ? segment.persons / persons : null
          return (
            <li key={segment.id}>
              <Link to={`/p/${project.id}/segments/${segment.id}`} className="weir-desk-segment">
                <span className="weir-ellipsis">{segment.name}</span>
                <span className="weir-desk-bar" aria-hidden="true"><span style={{ width: `${Math.min(share ?? 0, 1) * 100}%` }} /></span>
                <span className="weir-num weir-desk-size">{format.number(segment.persons)}</span>
                <span className="weir-num weir-soft weir-desk-share" title={t('shareOf', { share: format.percent(share) })}>{format.percent(share)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
