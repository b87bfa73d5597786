import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Select } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { request } from '@/api/request'
import type { Project } from '@/api/types'
import { useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { Front } from '@/components/Front'
import { browserZone, TimezoneSelect } from '@/components/TimezoneSelect'
import { currencies } from '@/lib/currencies'

interface Fields {
  name: string
  timezone: string
  currency: string
}

export function NewProjectPage() {
  const { t, i18n } = useTranslation('setup')
  const owner = useRole('owner')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  useEffect(() => {
    document.title = `${t('newTitle')} · ${t('common:product')}`
  }, [t])
  const create = useMutation({
    mutationFn: (fields: Fields) => request<Project>('POST', '/projects', fields),
    onSuccess: async (project) => {
      await queryClient.refetchQueries({ queryKey: ['session'] })
      void navigate(`/p/${project.id}/connect`)
    },
  })
  if (!owner) return <Front><Empty heading="h1" title={t('newTitle')} text={t('onlyOwner')} action={{ label: t('back'), to: '/' }} /></Front>
  return (
    <Front>
      <h1>{t('newTitle')}</h1>
      <p>{t('newLead')}</p>
      <Form<Fields> layout="vertical" requiredMark={false} initialValues={{ timezone: browserZone(), currency: i18n.language === 'zh' ? 'CNY' : 'EUR' }} onFinish={(fields) => create.mutate(fields)} disabled={create.isPending}>
        <Form.Item name="name" label={t('projectName')} rules={[{ required: true, whitespace: true, message: t('nameRequired') }]}>
          <Input autoFocus placeholder={t('projectPlaceholder')} maxLength={100} />
        </Form.Item>
        <Form.Item name="timezone" label={t('timezone')} extra={t('timezoneHint')} rules={[{ required: true, message: t('timezoneRequired') }]}><TimezoneSelect /></Form.Item>
        <Form.Item name="currency" label={t('currency')}><Select showSearch options={currencies} /></Form.Item>
        {create.isError && <ErrorState error={create.error} compact />}
        <Button type="primary" htmlType="submit" size="large" block loading={create.isPending}>{t('create')}</Button>
      </Form>
      <p className="weir-form-note"><Link to="/">{t('back')}</Link></p>
    </Front>
  )
}
