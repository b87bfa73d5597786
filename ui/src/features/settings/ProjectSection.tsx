import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Popconfirm, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { request } from '@/api/request'
import type { Project } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { CopyField } from '@/components/CopyField'
import { ErrorState } from '@/components/ErrorState'
import { TimezoneSelect } from '@/components/TimezoneSelect'
import { currencies } from '@/lib/currencies'

type Fields = Pick<Project, 'name' | 'timezone' | 'week_start' | 'currency'>

export function ProjectSection() {
  const { t } = useTranslation('settings')
  const { message } = App.useApp()
  const project = useProject()
  const owner = useRole('owner')
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (fields: Partial<Fields> & { new_write_key?: boolean }) => request<Project>('PATCH', `/projects/${project.id}`, fields),
    onSuccess: async (_, fields) => {
      // Zone and week start change every answer.
      await queryClient.invalidateQueries()
      void message.success(t(fields.new_write_key ? 'project.newKeyDone' : 'saved'))
    },
  })
  return (
    <div className="weir-stack">
      <section className="weir-card">
        <div className="weir-card-head">
          <h2>{t('project.title')}</h2>
          {owner && <Link to="/projects/new">{t('project.create')}</Link>}
        </div>
        {!owner && <p className="weir-soft weir-settings-note">{t('readOnly')}</p>}
        <Form<Fields> layout="vertical" requiredMark={false} className="weir-form" initialValues={project} disabled={!owner || change.isPending} onFinish={(fields) => change.mutate(fields)}>
          <Form.Item name="name" label={t('project.name')} rules={[{ required: true, whitespace: true, message: t('project.nameRequired') }]}><Input maxLength={100} /></Form.Item>
          <Form.Item name="timezone" label={t('project.zone')} extra={t('project.zoneHelp')}><TimezoneSelect /></Form.Item>
          <div className="weir-form-row">
            <Form.Item name="week_start" label={t('project.weekStart')}>
              <Select options={[{ value: 1, label: t('project.monday') }, { value: 0, label: t('project.sunday') }, { value: 6, label: t('project.saturday') }]} />
            </Form.Item>
            <Form.Item name="currency" label={t('project.currency')} extra={t('project.currencyHelp')}><Select showSearch options={currencies} /></Form.Item>
          </div>
          {change.isError && <ErrorState error={change.error} compact />}
          {owner && <Button type="primary" htmlType="submit" loading={change.isPending}>{t('common:actions.save')}</Button>}
        </Form>
      </section>
      <section className="weir-card">
        <div className="weir-card-head"><h2>{t('project.key')}</h2></div>
        <p className="weir-soft weir-settings-note">{t('project.keyHelp')}</p>
        <div className="weir-row">
          <CopyField text={project.write_key} label={t('project.key')} />
          {owner && (
            <Popconfirm title={t('project.newKey')} description={t('project.newKeyConfirm')} onConfirm={() => change.mutate({ new_write_key: true })}>
              <Button size="small" danger>{t('project.newKey')}</Button>
            </Popconfirm>
          )}
        </div>
        <h3 className="weir-settings-sub">{t('project.id')}</h3>
        <CopyField text={project.id} label={t('project.id')} />
      </section>
    </div>
  )
}
