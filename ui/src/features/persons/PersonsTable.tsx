import { Table, type TableColumnsType } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { PersonRow, PersonsPage } from '@/api/types'
import { useProject } from '@/app/session'
import { personLabel } from '@/components/PersonsDrawer'
import { useFormat } from '@/lib/useFormat'
import { pageSize, valueText, type ListState, type Sort } from './model'
import './persons.css'

export interface PersonsTableProps {
  page: PersonsPage
  state: ListState
  set: (change: Partial<ListState>) => void
  columns: string[]
  stale: boolean
}

export function PersonsTable({ page, state, set, columns, stale }: PersonsTableProps) {
  const { t } = useTranslation('persons')
  const format = useFormat()
  const project = useProject()
  const order = (key: Sort) => (state.sort === key ? (state.descending ? 'descend' as const : 'ascend' as const) : null)
  const sortable = (key: Sort) => ({ key, sorter: true, sortOrder: order(key), sortDirections: ['descend', 'ascend', 'descend'] as ('descend' | 'ascend')[] })
  const shape: TableColumnsType<PersonRow> = [
    {
      title: t('person'), ...sortable('name'), fixed: 'left', width: 220,
      render: (_, person) => (
        <Link to={`/p/${project.id}/persons/${person.id}`} className="weir-persons-name">
          <b>{personLabel(person)}</b>
          {person.name && <span>{person.distinct_id}</span>}
        </Link>
      ),
    },
    ...columns.map((name) => ({
      title: name, key: `p:${name}`, ellipsis: true, width: 160, render: (_: unknown, person: PersonRow) => valueText(person.properties[name]),
    })),
    { title: t('events'), ...sortable('events'), align: 'right' as const, width: 110, render: (_, person) => format.number(person.events) },
    { title: t('firstSeen'), ...sortable('first_seen'), width: 160, render: (_, person) => format.dateTime(person.first_seen) },
    { title: t('lastSeen'), ...sortable('last_seen'), width: 160, render: (_, person) => format.dateTime(person.last_seen) },
  ]
  return (
    <Table<PersonRow>
      className={stale ? 'weir-stale' : undefined}
      size="small"
      rowKey="id"
      columns={shape}
      dataSource={page.persons}
      scroll={{ x: 'max-content' }}
      pagination={{
        current: state.page, pageSize, total: page.total, showSizeChanger: false, size: 'small',
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
