import { FilterOutlined, PlusOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Badge, Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { queryString, request } from '@/api/request'
import type { PersonsPage as Page } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { useNames, useProperties, useSegments } from '@/components/catalog'
import { conditionSentence } from '@/components/condition/sentence'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { SaveSegmentModal } from '@/components/SaveSegmentModal'
import { SearchBox } from '@/components/SearchBox'
import type { Condition } from '@/query/types'
import { FilterDrawer } from './FilterDrawer'
import { pageSize, readState, storeColumns, storedColumns, writeState, type ListState } from './model'
import { PersonsTable } from './PersonsTable'

/** All persons of the project: search, filter, sort, and the columns that the reader wants. */
export function PersonsPage() {
  const { t } = useTranslation('persons')
  const project = useProject()
  const editor = useRole('editor')
  const [search, setSearch] = useSearchParams()
  const state = readState(search)
  const [saving, setSaving] = useState(false)
  const set = (change: Partial<ListState>) => setSearch(writeState({ ...state, page: 1, ...change }))
  const persons = useQuery({
    queryKey: ['persons', project.id, writeState(state).toString()],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<Page>('GET', `/projects/${project.id}/persons${queryString({
      query: state.query, filter: state.filter && JSON.stringify(state.filter), segment: state.segment,
      sort: (state.descending ? '-' : '') + state.sort, limit: pageSize, offset: (state.page - 1) * pageSize,
    })}`, undefined, { signal }),
  })
  const narrowed = state.query !== '' || state.filter !== undefined || state.segment !== ''
  const total = persons.data?.total ?? 0
  return (
    <>
      <PageHeader
        title={t('title')}
        question={t('question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p></>}
        actions={editor && (state.filter || state.segment) && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setSaving(true)}>{t('saveSegment')}</Button>
        )}
      />
      <section className="weir-card weir-card-flush" aria-label={t('list')}>
        <Toolbar state={state} set={set} />
        {persons.isError && <ErrorState error={persons.error} onRetry={() => void persons.refetch()} />}
        {persons.isPending && <div style={{ padding: 16 }}><TableLoading rows={12} /></div>}
        {persons.data && total === 0 && (narrowed
          ? <Empty picture="search" title={t('noMatch')} text={t('noMatchText')} action={{ label: t('clear'), onClick: () => set({ query: '', filter: undefined, segment: '' }) }} />
          : <Empty picture="people" title={t('empty')} text={t('emptyText')} action={{ label: t('connect'), to: `/p/${project.id}/connect` }} />)}
        {persons.data && total > 0 && (
          <PersonsTable page={persons.data} state={state} set={set} columns={columnsOf(project.id)} stale={persons.isPlaceholderData} />
        )}
      </section>
      <SaveSegmentModal open={saving} definition={{ condition: definitionOf(state) }} onClose={() => setSaving(false)} />
    </>
  )
}

const usual = ['email', 'city']

function columnsOf(project: string): string[] {
  return storedColumns(project) ?? usual
}

/** The list's filter and segment as one condition. */
function definitionOf(state: ListState): Condition {
  const parts: Condition[] = []
  if (state.filter) parts.push(state.filter)
  if (state.segment) parts.push({ segment: state.segment })
  return parts.length === 1 && parts[0] ? parts[0] : { all: parts }
}

function Toolbar({ state, set }: { state: ListState; set: (change: Partial<ListState>) => void }) {
  const { t } = useTranslation('persons')
  const { t: tc } = useTranslation('condition')
  const project = useProject()
  const names = useNames()
  const segments = useSegments()
  const properties = useProperties('user')
  const [filtering, setFiltering] = useState(false)
  return (
    <>
      <div className="weir-card-head">
        <div className="weir-row">
          <SearchBox label={t('search')} value={state.query} onSearch={(query) => set({ query })} />
          <Badge dot={state.filter !== undefined}><Button icon={<FilterOutlined />} onClick={() => setFiltering(true)}>{t('filter')}</Button></Badge>
          <Select
            allowClear
            aria-label={t('common:words.segment')}
            placeholder={t('common:words.segment')}
            value={state.segment || undefined}
            onChange={(segment: string | undefined) => set({ segment: segment ?? '' })}
            options={(segments.data ?? []).map((s) => ({ value: s.id, label: s.name }))}
            style={{ minWidth: 160 }}
          />
        </div>
        <Select
          mode="multiple"
          maxTagCount={0}
          maxTagPlaceholder={t('columns')}
          placeholder={t('columns')}
          aria-label={t('columnsTitle')}
          value={columnsOf(project.id)}
          onChange={(columns: string[]) => { storeColumns(project.id, columns); set({ page: state.page }) }}
          options={(properties.data ?? []).map((p) => ({ value: p.name, label: p.name }))}
          style={{ minWidth: 120 }}
          popupMatchSelectWidth={220}
        />
      </div>
      {state.filter && (
        <div className="weir-persons-filter">
          <span>{t('filterActive', { sentence: conditionSentence(state.filter, tc, names) })}</span>
          <Button size="small" type="link" onClick={() => set({ filter: undefined })}>{t('clearFilter')}</Button>
        </div>
      )}
      <FilterDrawer open={filtering} value={state.filter} onClose={() => setFiltering(false)} onApply={(filter) => { setFiltering(false); set({ filter }) }} />
    </>
  )
}
