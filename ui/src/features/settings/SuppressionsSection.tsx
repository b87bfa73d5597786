import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Popconfirm, Table } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queryString, request } from '@/api/request'
import type { Suppression } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { errorText, ErrorState } from '@/components/ErrorState'
import { TableLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'

const pageSize = 50
const reasons = ['unsubscribed', 'bounced', 'manual']

interface Answer {
  suppressions: Suppression[]
  total: number
}

export function SuppressionsSection() {
  const { t } = useTranslation('settings')
  const project = useProject()
  const editor = useRole('editor')
  const [search, setSearch] = useState('')
  const [page, setPage] = useState(1)
  const [open, setOpen] = useState(false)
  const query = useDeferredValue(search.trim())
  const list = useQuery({
    queryKey: ['suppressions', project.id, query, page],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<Answer>('GET', `/projects/${project.id}/suppressions${queryString({ query, limit: pageSize, offset: (page - 1) * pageSize })}`, undefined, { signal }),
  })
  const nothing = list.data?.total === 0 && query === ''
  return (
    <section className="weir-card">
      <div className="weir-card-head">
        <div><h2>{t('suppressions.title')}</h2><p className="weir-soft">{t('suppressions.text')}</p></div>
        <div className="weir-row">
          {!nothing && <Input.Search allowClear aria-label={t('suppressions.search')} placeholder={t('suppressions.search')} value={search} onChange={(event) => { setSearch(event.target.value); setPage(1) }} />}
          {editor && <Button type="primary" onClick={() => setOpen(true)}>{t('suppressions.add')}</Button>}
        </div>
      </div>
      {list.isPending && <TableLoading rows={5} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {nothing && <Empty picture="mail" title={t('suppressions.empty')} text={t('suppressions.emptyText')} />}
      {list.data && !nothing && <SuppressionsTable answer={list.data} page={page} onPage={setPage} stale={list.isPlaceholderData} />}
      <AddModal open={open} onClose={() => setOpen(false)} />
    </section>
  )
}

function SuppressionsTable({ answer, page, onPage, stale }: { answer: Answer; page: number; onPage: (page: number) => void; stale: boolean }) {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const project = useProject()
  const editor = useRole('editor')
  const queryClient = useQueryClient()
  const { message } = App.useApp()
  const remove = useMutation({
    mutationFn: (address: string) => request('DELETE', `/projects/${project.id}/suppressions${queryString({ address })}`),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['suppressions', project.id] }),
    onError: (error) => void message.error(errorText(error, t)),
  })
  return (
    <Table<Suppression>
      rowKey="address"
      size="small"
      className={stale ? 'weir-stale' : undefined}
      dataSource={answer.suppressions}
      scroll={{ x: 'max-content' }}
      pagination={{ current: page, pageSize, total: answer.total, onChange: onPage, showSizeChanger: false, hideOnSinglePage: true }}
      locale={{ emptyText: t('common:state.noMatch') }}
      columns={[
        { title: t('suppressions.address'), dataIndex: 'address' },
        { title: t('suppressions.reason'), dataIndex: 'reason', render: (reason: string) => (reasons.includes(reason) ? t(`suppressions.${reason}`) : reason) },
        { title: t('suppressions.added'), dataIndex: 'created_at', render: (at: string) => format.dateTime(at) },
        {
          title: <span className="weir-visually-hidden">{t('actions')}</span>, key: 'actions', align: 'right',
          render: (_, row) => editor && (
            <Popconfirm title={t('suppressions.removeConfirm', { address: row.address })} onConfirm={() => remove.mutate(row.address)}>
              <Button size="small" type="link" aria-label={`${t('suppressions.remove')}: ${row.address}`}>{t('suppressions.remove')}</Button>
            </Popconfirm>
          ),
        },
      ]}
    />
  )
}

function AddModal({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('settings')
  const project = useProject()
  const queryClient = useQueryClient()
  const [form] = Form.useForm<{ address: string }>()
  const add = useMutation({
    mutationFn: (fields: { address: string }) => request('POST', `/projects/${project.id}/suppressions`, fields),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['suppressions', project.id] })
      close()
    },
  })
  function close() {
    add.reset()
    onClose()
  }
  return (
    <Modal open={open} title={t('suppressions.add')} okText={t('common:actions.add')} cancelText={t('common:actions.cancel')} confirmLoading={add.isPending} onOk={() => form.submit()} onCancel={close} destroyOnHidden>
      <Form<{ address: string }> form={form} layout="vertical" requiredMark={false} preserve={false} onFinish={(fields) => add.mutate(fields)}>
        <Form.Item name="address" label={t('suppressions.address')} rules={[{ required: true, type: 'email', message: t('email.emailInvalid') }]}><Input autoFocus type="email" autoComplete="off" /></Form.Item>
      </Form>
      {add.isError && <ErrorState error={add.error} compact />}
    </Modal>
  )
}
