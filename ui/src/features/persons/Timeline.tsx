import { RightOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { TimelineEvent, TimelinePage } from '@/api/types'
import { useProject } from '@/app/session'
import { useEvents } from '@/components/catalog'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'
import { byDay, propertiesMatch, valueText } from './model'
import { PropertiesTable } from './PropertiesTable'

export interface TimelineProps {
  person: string
  /** Show these events only, without the filter. */
  only?: string[]
  emptyTitle?: string
  emptyText?: string
}

/** What the person did, newest first, by local day. */
export function Timeline({ person, only, emptyTitle, emptyText }: TimelineProps) {
  const { t } = useTranslation('persons')
  const project = useProject()
  const format = useFormat()
  const [names, setNames] = useState<string[]>([])
  const [words, setWords] = useState('')
  const wanted = only ?? names
  const pages = useInfiniteQuery({
    queryKey: ['timeline', project.id, person, wanted],
    initialPageParam: null as string | null,
    getNextPageParam: (page: TimelinePage) => page.next,
    queryFn: ({ pageParam, signal }) => request<TimelinePage>('POST', `/projects/${project.id}/persons/${encodeURIComponent(person)}/events`, {
      limit: 50, ...(pageParam ? { before: pageParam } : {}), ...(wanted.length > 0 ? { names: wanted } : {}),
    }, { signal }),
  })
  const loaded = useMemo(() => pages.data?.pages.flatMap((page) => page.events) ?? [], [pages.data])
  const shown = useMemo(() => loaded.filter((event) => event.name.toLowerCase().includes(words.trim().toLowerCase()) || propertiesMatch(event.properties, words)), [loaded, words])
  return (
    <>
      {!only && <TimelineFilter names={names} setNames={setNames} words={words} setWords={setWords} loaded={loaded.length} />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isPending && <TableLoading rows={10} />}
      {pages.data && shown.length === 0 && <Empty picture="live" title={emptyTitle ?? t('timeline.empty')} text={emptyText ?? t('timeline.emptyText')} />}
      {byDay(shown, format.day).map((day) => (
        <section key={day.date} className="weir-timeline-day" aria-label={format.date(day.date)}>
          <h3>{format.date(day.date)}</h3>
          <ul>{day.events.map((event) => <TimelineRow key={event.id} event={event} />)}</ul>
        </section>
      ))}
      {pages.hasNextPage
        ? <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t('timeline.more')}</Button>
        : loaded.length > 0 && <p className="weir-timeline-end weir-soft">{t('timeline.end')}</p>}
    </>
  )
}

interface FilterProps {
  names: string[]
  setNames: (names: string[]) => void
  words: string
  setWords: (words: string) => void
  loaded: number
}

function TimelineFilter({ names, setNames, words, setWords, loaded }: FilterProps) {
  const { t } = useTranslation('persons')
  const events = useEvents()
  return (
    <div className="weir-row weir-timeline-filter">
      <Select mode="multiple" allowClear aria-label={t('timeline.names')} placeholder={t('timeline.names')} value={names} onChange={setNames} options={(events.data ?? []).map((e) => ({ value: e.name, label: e.name }))} style={{ minWidth: 220, flex: 1 }} />
      <Input.Search allowClear aria-label={t('timeline.search')} placeholder={t('timeline.search')} value={words} onChange={(event) => setWords(event.target.value)} style={{ width: 260 }} />
      <span className="weir-soft">{t('timeline.count', { count: loaded })}</span>
    </div>
  )
}

function TimelineRow({ event }: { event: TimelineEvent }) {
  const { t } = useTranslation('persons')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const brief = Object.entries(event.properties).filter(([name]) => !name.startsWith('$')).slice(0, 4)
  return (
    <li>
      <button type="button" className="weir-timeline-row" aria-expanded={open} title={t(open ? 'timeline.collapse' : 'timeline.expand', { name: event.name })} onClick={() => setOpen(!open)}>
        <RightOutlined rotate={open ? 90 : 0} aria-hidden="true" />
        <time dateTime={event.time}>{format.time(event.time)}</time>
        <b>{event.name}</b>
        <span>{brief.map(([name, value]) => `${name}: ${valueText(value)}`).join(' · ')}</span>
      </button>
      {open && <div className="weir-timeline-open">{Object.keys(event.properties).length === 0 ? <p className="weir-soft">{t('timeline.noProperties')}</p> : <PropertiesTable properties={event.properties} plain />}</div>}
    </li>
  )
}
