import { PlusOutlined } from '@ant-design/icons'
import { Table, Tag, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { Segment } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { SearchBox } from '@/components/SearchBox'
import { useFormat } from '@/lib/useFormat'
import { useEveryone, useSegmentList } from './api'
import { useDefinition } from './definition'
import { arrange, pageSize, readState, shareOf, writeState, type ListState, type Sort } from './model'
import './segments.css'
import { ShareBar } from './ShareBar'
import { Uses } from './Uses'

/** All segments: how large they are, what they mean, and who uses them. */
export function SegmentsPage() {
  const { t } = useTranslation('segments')
  const project = useProject()
  const editor = useRole('editor')
  const { language } = useFormat()
  const [search, setSearch] = useSearchParams()
  const state = readState(search)
  const set = (change: Partial<ListState>) => setSearch(writeState({ ...state, page: 1, ...change }), { replace: change.query !== undefined })
  const segments = useSegmentList()
  const sentence = useDefinition()
  const shown = useMemo(() => arrange(segments.data ?? [], readState(search), sentence, language), [segments.data, search, sentence, language])
  const create = `/p/${project.id}/segments/new`
  return (
    <>
      <PageHeader
        title={t('title')}
        question={t('question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
        actions={editor && <Link className="weir-button-link" to={create}><PlusOutlined aria-hidden="true" />&nbsp;{t('create')}</Link>}
      />
      <section className="weir-card weir-card-flush weir-segment-list" aria-label={t('list')}>
        {segments.data && segments.data.length > 0 && <SearchBar state={state} set={set} />}
        {segments.isError && <ErrorState error={segments.error} onRetry={() => void segments.refetch()} />}
        {segments.isPending && <div style={{ padding: 16 }}><TableLoading rows={10} /></div>}
        {segments.data?.length === 0 && <Empty picture="people" title={t('empty')} text={t('emptyText')} action={editor ? { label: t('create'), to: create } : undefined} />}
        {segments.data && segments.data.length > 0 && shown.length === 0 && <Empty picture="search" title={t('noMatch')} text={t('noMatchText')} action={{ label: t('clear'), onClick: () => set({ query: '' }) }} />}
        {shown.length > 0 && <SegmentsTable segments={shown} state={state} set={set} sentence={sentence} />}
      </section>
    </>
  )
}

interface Shared {
  state: ListState
  set: (change: Partial<ListState>) => void
}

function SearchBar({ state, set }: Shared) {
  const { t } = useTranslation('segments')
  return (
    <div className="weir-card-head">
      <div className="weir-row">
        <SearchBox label={t('search')} value={state.query} onSearch={(query) => set({ query })} />
      </div>
    </div>
  )
}

interface TableProps extends Shared {
  segments: Segment[]
  sentence: (segment: Segment) => string
}

function SegmentsTable({ segments, state, set, sentence }: TableProps) {
  const { t } = useTranslation('segments')
  const format = useFormat()
  const project = useProject()
  const everyone = useEveryone()
  const sortable = (key: Sort) => ({
    key, sorter: true, sortOrder: state.sort === key ? (state.descending ? 'descend' as const : 'ascend' as const) : null,
    sortDirections: ['descend', 'ascend', 'descend'] as ('descend' | 'ascend')[],
  })
  const columns: TableColumnsType<Segment> = [
    {
      title: t('name'), ...sortable('name'), width: 200, fixed: 'left',
      render: (_, segment) => (
        <span className="weir-segment-name">
          <Link to={`/p/${project.id}/segments/${segment.id}`}><b>{segment.name}</b></Link>
          {segment.description && <span>{segment.description}</span>}
          {segment.problem && <span><Tag color="warning" title={t('problem', { why: segment.problem })}>{t('problemShort')}</Tag></span>}
        </span>
      ),
    },
    { title: t('persons'), ...sortable('persons'), width: 100, align: 'right', render: (_, segment) => <span title={format.full(segment.persons)}>{format.number(segment.persons)}</span> },
    { title: t('share'), key: 'share', width: 140, align: 'right', render: (_, segment) => <ShareBar share={shareOf(segment.persons, everyone)} /> },
    { title: t('definition'), key: 'definition', width: 280, render: (_, segment) => <span className="weir-segment-rule" title={sentence(segment)}>{sentence(segment)}</span> },
    { title: t('usedBy'), key: 'used', width: 150, render: (_, segment) => <Uses uses={segment.used_by} project={project.id} none={t('unused')} /> },
    { title: t('updated'), ...sortable('updated'), width: 140, render: (_, segment) => format.dateTime(segment.updated_at) },
  ]
  return (
    <Table<Segment>
      size="small"
      rowKey="id"
      columns={columns}
      dataSource={segments}
      scroll={{ x: 1010 }}
      pagination={{
        current: state.page, pageSize, total: segments.length, showSizeChanger: false, size: 'small', hideOnSinglePage: true,
        showTotal: (total, [from, to]) => t('common:pageOf', { from, to, total }),
      }}
      onChange={(pages, _, sorter, { action }) => {
        if (action === 'paginate') return set({ page: pages.current ?? 1 })
        const one = Array.isArray(sorter) ? sorter[0] : sorter
        if (one?.columnKey) set({ sort: one.columnKey as Sort, descending: one.order !== 'ascend' })
      }}
    />
  )
}
