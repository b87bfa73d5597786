import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popconfirm, Table, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { Account } from '@/api/types'
import { useSession } from '@/app/session'
import { errorText, ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'
import { AccountModal } from './AccountModal'

const key = ['accounts']

export function AccountsSection() {
  const { t } = useTranslation('settings')
  const [search, setSearch] = useState('')
  const [editing, setEditing] = useState<Account | 'new' | null>(null)
  const accounts = useQuery({ queryKey: key, queryFn: ({ signal }) => request<{ accounts: Account[] }>('GET', '/accounts', undefined, { signal }) })
  const typed = search.trim().toLowerCase()
  const shown = (accounts.data?.accounts ?? []).filter((a) => `${a.name} ${a.email}`.toLowerCase().includes(typed))
  return (
    <section className="weir-card">
      <div className="weir-card-head">
        <div><h2>{t('accounts.title')}</h2><p className="weir-soft">{t('accounts.text')}</p></div>
        <div className="weir-row">
          <Input.Search allowClear aria-label={t('accounts.search')} placeholder={t('accounts.search')} value={search} onChange={(event) => setSearch(event.target.value)} />
          <Button type="primary" onClick={() => setEditing('new')}>{t('accounts.add')}</Button>
        </div>
      </div>
      {accounts.isPending && <TableLoading rows={4} />}
      {accounts.isError && <ErrorState error={accounts.error} onRetry={() => void accounts.refetch()} />}
      {accounts.data && <AccountsTable accounts={shown} onEdit={setEditing} />}
      <AccountModal account={editing} onClose={() => setEditing(null)} />
    </section>
  )
}

function AccountsTable({ accounts, onEdit }: { accounts: Account[]; onEdit: (account: Account) => void }) {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const me = useSession().account
  const queryClient = useQueryClient()
  const { message } = App.useApp()
  const remove = useMutation({
    mutationFn: (account: Account) => request('DELETE', `/accounts/${account.id}`),
    onSuccess: () => {
      void message.success(t('deleted'))
      void queryClient.invalidateQueries({ queryKey: key })
    },
    onError: (error) => void message.error(errorText(error, t)),
  })
  return (
    <Table<Account>
      rowKey="id"
      size="small"
      dataSource={accounts}
      scroll={{ x: 'max-content' }}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      locale={{ emptyText: t('common:state.noMatch') }}
      columns={[
        { title: t('accounts.name'), key: 'name', sorter: (a, b) => (a.name || a.email).localeCompare(b.name || b.email), render: (_, a) => <>{a.name || a.email} {a.id === me.id && <Tag>{t('accounts.you')}</Tag>}</> },
        { title: t('accounts.email'), dataIndex: 'email', sorter: (a, b) => a.email.localeCompare(b.email) },
        { title: t('accounts.role'), dataIndex: 'role', render: (role: string) => t(`common:roles.${role}`), sorter: (a, b) => a.role.localeCompare(b.role) },
        { title: t('accounts.created'), dataIndex: 'created_at', render: (at?: string) => format.date(at), sorter: (a, b) => (a.created_at ?? '').localeCompare(b.created_at ?? '') },
        {
          title: <span className="weir-visually-hidden">{t('actions')}</span>, key: 'actions', align: 'right',
          render: (_, a) => (
            <span className="weir-row weir-row-end">
              <Button size="small" type="link" onClick={() => onEdit(a)} aria-label={`${t('common:actions.edit')}: ${a.email}`}>{t('common:actions.edit')}</Button>
              {a.id !== me.id && (
                <Popconfirm title={t('accounts.removeConfirm', { name: a.name || a.email })} onConfirm={() => remove.mutate(a)}>
                  <Button size="small" type="link" danger aria-label={`${t('accounts.remove')}: ${a.email}`}>{t('common:actions.delete')}</Button>
                </Popconfirm>
              )}
            </span>
          ),
        },
      ]}
    />
  )
}
