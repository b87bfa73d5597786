import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { request } from '@/api/request'
import type { Session, SetupState } from '@/api/types'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { Front } from '@/components/Front'
import { BlockLoading } from '@/components/Loading'
import { browserZone, TimezoneSelect } from '@/components/TimezoneSelect'
import { asLanguage } from '@/i18n'

interface Fields {
  name?: string
  email: string
  password: string
  projectName: string
  timezone: string
}

/** The first visit: the owner's account and the first project. */
export function SetupPage() {
  const { t } = useTranslation('setup')
  const setup = useQuery({ queryKey: ['setup'], queryFn: ({ signal }) => request<SetupState>('GET', '/setup', undefined, { signal }) })
  useEffect(() => {
    document.title = `${t('title')} · ${t('common:product')}`
  }, [t])
  return (
    <Front aside={<Next />}>
      {setup.isPending && <BlockLoading height={420} />}
      {setup.isError && <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />}
      {setup.data && !setup.data.needs_owner && <Empty heading="h1" text={t('already')} title={t('title')} action={{ label: t('signIn'), to: '/sign-in' }} />}
      {setup.data?.needs_owner && <SetupForm />}
    </Front>
  )
}

function SetupForm() {
  const { t, i18n } = useTranslation('setup')
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const create = useMutation({
    mutationFn: (fields: Fields) => request<Session>('POST', '/setup', {
      email: fields.email, password: fields.password, name: fields.name ?? '', language: asLanguage(i18n.language),
      project: { name: fields.projectName, timezone: fields.timezone },
    }),
    onSuccess: (session) => {
      queryClient.clear()
      queryClient.setQueryData(['session'], session)
      const project = session.projects[0]
      void navigate(project ? `/p/${project.id}/connect` : '/', { replace: true })
    },
  })
  return (
    <>
      <h1>{t('title')}</h1>
      <p>{t('lead')}</p>
      <Form<Fields> layout="vertical" requiredMark={false} initialValues={{ timezone: browserZone() }} onFinish={(fields) => create.mutate(fields)} disabled={create.isPending}>
        <h2 className="weir-form-part">{t('you')}</h2>
        <Form.Item name="name" label={t('name')}><Input autoFocus autoComplete="name" placeholder={t('namePlaceholder')} /></Form.Item>
        <Form.Item name="email" label={t('email')} rules={[{ required: true, type: 'email', message: t('emailInvalid') }]}>
          <Input type="email" autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t('password')} extra={t('passwordHint')} rules={[{ required: true, min: 8, message: t('passwordShort') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <h2 className="weir-form-part">{t('first')}</h2>
        <Form.Item name="projectName" label={t('projectName')} rules={[{ required: true, whitespace: true, message: t('nameRequired') }]}>
          <Input placeholder={t('projectPlaceholder')} maxLength={100} />
        </Form.Item>
        <Form.Item name="timezone" label={t('timezone')} extra={t('timezoneHint')} rules={[{ required: true, message: t('timezoneRequired') }]}>
          <TimezoneSelect />
        </Form.Item>
        {create.isError && <ErrorState error={create.error} compact />}
        <Button type="primary" htmlType="submit" size="large" block loading={create.isPending}>{t('submit')}</Button>
      </Form>
    </>
  )
}

function Next() {
  const { t } = useTranslation('setup')
  return (
    <>
      <h2>{t('next')}</h2>
      <ol>
        {['stepConnect', 'stepAsk', 'stepReach'].map((key) => <li key={key}><b>{t(key)}</b><span>{t(`${key}Text`)}</span></li>)}
      </ol>
    </>
  )
}
