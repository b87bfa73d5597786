import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Popconfirm, Select, Table } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { ApiToken, Role } from '@/api/types'
import { useProject } from '@/app/session'
import { CopyField } from '@/components/CopyField'
import { Empty } from '@/components/Empty'
import { errorText, ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'

export function TokensSection() {
  const { t } = useTranslation('settings')
  const project = useProject()
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState(false)
  const tokens = useQuery({
    queryKey: ['tokens', project.id],
    queryFn: ({ signal }) => request<{ tokens: ApiToken[] }>('GET', `/projects/${project.id}/tokens`, undefined, { signal }),
  })
  const all = tokens.data?.tokens ?? []
  const shown = all.filter((token) => token.name.toLowerCase().includes(search.trim().toLowerCase()))
  return (
    <section className="weir-card">
      <div className="weir-card-head">
        <div><h2>{t('tokens.title')}</h2><p className="weir-soft">{t('tokens.text')}</p></div>
        <div className="weir-row">
          {all.length > 0 && <Input.Search allowClear aria-label={t('tokens.search')} placeholder={t('tokens.search')} value={search} onChange={(event) => setSearch(event.target.value)} />}
          <Button type="primary" onClick={() => setOpen(true)}>{t('tokens.add')}</Button>
        </div>
      </div>
      {tokens.isPending && <TableLoading rows={4} />}
      {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data && all.length === 0 && <Empty title={t('tokens.empty')} text={t('tokens.emptyText')} action={{ label: t('tokens.add'), onClick: () => setOpen(true) }} />}
      {all.length > 0 && <TokensTable tokens={shown} />}
      <TokenModal open={open} onClose={() => setOpen(false)} />
    </section>
  )
}

function TokensTable({ tokens }: { tokens: ApiToken[] }) {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const project = useProject()
  const queryClient = useQueryClient()
  const { message } = App.useApp()
  const revoke = useMutation({
    mutationFn: (token: ApiToken) => request('DELETE', `/projects/${project.id}/tokens/${token.id}`),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['tokens', project.id] }),
    onError: (error) => void message.error(errorText(error, t)),
  })
  return (
    <Table<ApiToken>
      rowKey="id"
      size="small"
      dataSource={tokens}
      scroll={{ x: 'max-content' }}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      locale={{ emptyText: t('common:state.noMatch') }}
      columns={[
        { title: t('tokens.name'), dataIndex: 'name', sorter: (a, b) => a.name.localeCompare(b.name) },
        { title: t('tokens.role'), dataIndex: 'role', render: (role?: string) => role && t(`common:roles.${role}`) },
        { title: t('tokens.hint'), dataIndex: 'hint', render: (hint?: string) => hint && <code>…{hint}</code> },
        { title: t('tokens.created'), dataIndex: 'created_at', render: (at: string) => format.date(at), sorter: (a, b) => a.created_at.localeCompare(b.created_at), defaultSortOrder: 'descend' },
        { title: t('tokens.used'), dataIndex: 'last_used_at', render: (at?: string | null) => (at ? format.relative(at) : t('tokens.never')) },
        {
          title: <span className="weir-visually-hidden">{t('actions')}</span>, key: 'actions', align: 'right',
          render: (_, token) => (
            <Popconfirm title={t('tokens.removeConfirm', { name: token.name })} onConfirm={() => revoke.mutate(token)}>
              <Button size="small" type="link" danger aria-label={`${t('tokens.remove')}: ${token.name}`}>{t('tokens.remove')}</Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  )
}

interface Fields {
  name: string
  role: Role
}

function TokenModal({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('settings')
  const project = useProject()
  const queryClient = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const make = useMutation({
    mutationFn: (fields: Fields) => request<ApiToken>('POST', `/projects/${project.id}/tokens`, fields),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['tokens', project.id] }),
  })
  const secret = make.data?.token
  function close() {
    make.reset()
    onClose()
  }
  return (
    <Modal
      open={open}
      title={t(secret ? 'tokens.onceTitle' : 'tokens.add')}
      okText={t(secret ? 'tokens.done' : 'common:actions.create')}
      cancelText={t('common:actions.cancel')}
      cancelButtonProps={secret ? { style: { display: 'none' } } : undefined}
      confirmLoading={make.isPending}
      onOk={() => (secret ? close() : form.submit())}
      onCancel={close}
      mask={{ closable: !secret }}
      destroyOnHidden
    >
      {secret ? (
        <div className="weir-stack">
          <p className="weir-warn">{t('tokens.once')}</p>
          <CopyField text={secret} label={t('tokens.onceTitle')} />
        </div>
      ) : (
        <Form<Fields> form={form} layout="vertical" requiredMark={false} preserve={false} initialValues={{ role: 'editor' }} onFinish={(fields) => make.mutate(fields)}>
          <Form.Item name="name" label={t('tokens.name')} rules={[{ required: true, whitespace: true, message: t('tokens.nameRequired') }]}>
            <Input autoFocus maxLength={100} placeholder={t('tokens.namePlaceholder')} />
          </Form.Item>
          <Form.Item name="role" label={t('tokens.role')} extra={t('accounts.text')}>
            <Select options={(['viewer', 'editor', 'owner'] as const).map((role) => ({ value: role, label: t(`common:roles.${role}`) }))} />
          </Form.Item>
        </Form>
      )}
      {make.isError && <ErrorState error={make.error} compact />}
    </Modal>
  )
}
