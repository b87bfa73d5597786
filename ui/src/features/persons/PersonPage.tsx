import { useQuery } from '@tanstack/react-query'
import { Tabs, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { ApiError, request } from '@/api/request'
import type { PersonDetail } from '@/api/types'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { PageLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { Identities } from './Identities'
import { PropertiesTable } from './PropertiesTable'
import { TagCloud } from './TagCloud'
import { Timeline } from './Timeline'
import './persons.css'

/** Everything known about one person. */
export function PersonPage() {
  const { t } = useTranslation('persons')
  const project = useProject()
  const { person: id = '' } = useParams()
  const person = useQuery({
    queryKey: ['person', project.id, id],
    queryFn: ({ signal }) => request<PersonDetail>('GET', `/projects/${project.id}/persons/${encodeURIComponent(id)}`, undefined, { signal }),
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status === 404),
  })
  if (person.isPending) return <PageLoading />
  if (person.error instanceof ApiError && person.error.status === 404) {
    return <Empty heading="h1" picture="search" title={t('notFound')} text={person.error.message} action={{ label: t('backToList'), to: `/p/${project.id}/persons` }} />
  }
  if (person.isError) return <ErrorState error={person.error} onRetry={() => void person.refetch()} />
  return <Loaded person={person.data} />
}

const messageEvents = ['$campaign_entered', '$message_sent', '$message_failed', '$message_opened', '$message_clicked', '$unsubscribed']

function Loaded({ person }: { person: PersonDetail }) {
  const { t } = useTranslation('persons')
  const [search, setSearch] = useSearchParams()
  const tab = search.get('tab') ?? 'timeline'
  return (
    <>
      <PageHeader title={person.name || person.distinct_id || t('unnamed')} question={<Headline person={person} />} />
      <div className="weir-person">
        <aside className="weir-stack">
          <TagCloud person={person} />
          <Segments person={person} />
          <Facts person={person} />
        </aside>
        <section className="weir-card" aria-label={t('tabs.timeline')}>
          <Tabs
            activeKey={tab}
            onChange={(key) => setSearch(key === 'timeline' ? {} : { tab: key }, { replace: true })}
            items={[
              { key: 'timeline', label: t('tabs.timeline'), children: <Timeline person={person.id} /> },
              { key: 'properties', label: t('tabs.properties'), children: <PropertiesTable properties={person.properties} /> },
              { key: 'identities', label: t('tabs.identities'), children: <Identities identities={person.identities} /> },
              { key: 'messages', label: t('tabs.messages'), children: <Timeline person={person.id} only={messageEvents} emptyTitle={t('messagesEmpty')} emptyText={t('messagesEmptyText')} /> },
            ]}
          />
        </section>
      </div>
    </>
  )
}

function Headline({ person }: { person: PersonDetail }) {
  const { t } = useTranslation('persons')
  const format = useFormat()
  return (
    <span className="weir-row weir-person-headline">
      <code>{person.distinct_id}</code>
      {person.identities.length > 1 && <Tag>{t('ids', { count: person.identities.length })}</Tag>}
      <span>{t('firstSeen')} {format.date(person.first_seen)}</span>
      <span>{t('lastSeen')} {format.relative(person.last_seen)}</span>
      <span>{t('events')} {format.number(person.events)}</span>
    </span>
  )
}

function Segments({ person }: { person: PersonDetail }) {
  const { t } = useTranslation('persons')
  const project = useProject()
  return (
    <section className="weir-card">
      <h2>{t('segmentsTitle')}</h2>
      {person.segments.length === 0
        ? <p className="weir-soft">{t('noSegments')}</p>
        : <ul className="weir-person-segments">{person.segments.map((s) => <li key={s.id}><Link to={`/p/${project.id}/segments/${s.id}`}>{s.name}</Link></li>)}</ul>}
    </section>
  )
}

function Facts({ person }: { person: PersonDetail }) {
  const { t } = useTranslation('persons')
  const format = useFormat()
  const { active_days, activities, sessions, top_events } = person.facts
  // What Weir did to the person is not what the person does.
  const often = top_events.filter((event) => !event.name.startsWith('$')).slice(0, 5)
  const counts = Object.entries({ active_days, activities, sessions })
  return (
    <section className="weir-card">
      <h2>{t('facts')}</h2>
      <dl className="weir-person-facts">
        {counts.map(([name, value]) => <div key={name}><dt>{t(`fact.${name}`)}</dt><dd className="weir-num">{format.full(value)}</dd></div>)}
        {often.length > 0 && (
          <div><dt>{t('fact.top_events')}</dt><dd>{often.map((event) => `${event.name} ${format.full(event.count)}`).join(' · ')}</dd></div>
        )}
      </dl>
    </section>
  )
}
