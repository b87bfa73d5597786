import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, InputNumber, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { EmailChannel, MailSecurity } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { EmailTest } from './EmailTest'

export function EmailSection() {
  const { t } = useTranslation('settings')
  const project = useProject()
  const channel = useQuery({
    queryKey: ['channel', project.id, 'email'],
    queryFn: ({ signal }) => request<EmailChannel>('GET', `/projects/${project.id}/channels/email`, undefined, { signal }),
  })
  return (
    <>
      {channel.isPending && <section className="weir-card"><BlockLoading height={480} /></section>}
      {channel.isError && <section className="weir-card"><h2>{t('email.title')}</h2><ErrorState error={channel.error} onRetry={() => void channel.refetch()} /></section>}
      {channel.data && <EmailForm saved={channel.data} />}
    </>
  )
}

const ports: Record<MailSecurity, number> = { none: 25, starttls: 587, tls: 465 }

function initial(saved: EmailChannel): EmailChannel {
  // A channel that was never set starts with what most providers want.
  if (!saved.host) return { ...saved, port: saved.port || 587, security: saved.security || 'starttls', rate_per_minute: saved.rate_per_minute || 600, public_url: saved.public_url || window.location.origin }
  return saved
}

function EmailForm({ saved }: { saved: EmailChannel }) {
  const { t } = useTranslation('settings')
  const { message } = App.useApp()
  const project = useProject()
  const owner = useRole('owner')
  const queryClient = useQueryClient()
  const [form] = Form.useForm<EmailChannel>()
  const [dirty, setDirty] = useState(false)
  const security = Form.useWatch('security', form)
  useEffect(() => {
    form.setFieldsValue({ ...initial(saved), password: '' })
    setDirty(false)
  }, [form, saved])
  const save = useMutation({
    mutationFn: (fields: EmailChannel) => request<EmailChannel>('PUT', `/projects/${project.id}/channels/email`, emailSettings(fields, saved)),
    onSuccess: () => {
      setDirty(false)
      void message.success(t('saved'))
      void queryClient.invalidateQueries({ queryKey: ['channel', project.id] })
    },
  })
  function onChange(changed: Partial<EmailChannel>) {
    setDirty(true)
    // A port that belonged to the other encryption follows the choice; one of the reader's own stays.
    if (changed.security && Object.values(ports).includes(form.getFieldValue('port') as number)) form.setFieldValue('port', ports[changed.security])
  }
  return (
    <div className="weir-stack">
      <section className="weir-card">
        <div className="weir-card-head"><div><h2>{t('email.title')}</h2><p className="weir-soft">{t('email.text')}</p></div></div>
        {!owner && <p className="weir-soft weir-settings-note">{t('readOnly')}</p>}
        <Form<EmailChannel> form={form} layout="vertical" requiredMark={false} className="weir-form" disabled={!owner || save.isPending} initialValues={initial(saved)} onValuesChange={onChange} onFinish={(fields) => save.mutate(fields)}>
          <ServerFields security={security} hasPassword={saved.has_password === true} />
          <SenderFields />
          {save.isError && <ErrorState error={save.error} compact />}
          {owner && (
            <div className="weir-row">
              <Button type="primary" htmlType="submit" loading={save.isPending}>{t('common:actions.save')}</Button>
              {dirty && <span className="weir-warn">{t('email.unsaved')}</span>}
            </div>
          )}
        </Form>
      </section>
      {owner && <EmailTest settings={async () => emailSettings(await form.validateFields(), saved)} />}
    </div>
  )
}

/** What is sent: an empty password means «as it was», so it is left out. */
function emailSettings(fields: EmailChannel, saved: EmailChannel): EmailChannel {
  const { password, ...rest } = { ...saved, ...fields }
  delete rest.has_password
  const all = { ...rest, username: rest.username ?? '', from_name: rest.from_name ?? '', reply_to: rest.reply_to ?? '' }
  return password ? { ...all, password } : all
}

function ServerFields({ security, hasPassword }: { security?: MailSecurity; hasPassword: boolean }) {
  const { t } = useTranslation('settings')
  return (
    <>
      <h3 className="weir-settings-sub">{t('email.server')}</h3>
      <div className="weir-form-row weir-form-row-wide">
        <Form.Item name="host" label={t('email.host')} rules={[{ required: true, whitespace: true, message: t('email.hostRequired') }]}><Input placeholder={t('email.hostPlaceholder')} autoComplete="off" spellCheck={false} /></Form.Item>
        <Form.Item name="port" label={t('email.port')} rules={[{ required: true, message: t('required') }]}><InputNumber min={1} max={65535} controls={false} style={{ width: '100%' }} /></Form.Item>
      </div>
      <Form.Item name="security" label={t('email.security')} extra={security === 'none' ? <span className="weir-warn">{t('email.insecure')}</span> : undefined}>
        <Select options={(['starttls', 'tls', 'none'] as const).map((value) => ({ value, label: t(`email.${value}`) }))} />
      </Form.Item>
      <div className="weir-form-row">
        <Form.Item name="username" label={t('email.username')}><Input autoComplete="off" spellCheck={false} /></Form.Item>
        <Form.Item name="password" label={t('email.password')} extra={t(hasPassword ? 'email.passwordKept' : 'email.passwordHint')}><Input.Password autoComplete="new-password" /></Form.Item>
      </div>
    </>
  )
}

function SenderFields() {
  const { t } = useTranslation('settings')
  return (
    <>
      <h3 className="weir-settings-sub">{t('email.sender')}</h3>
      <div className="weir-form-row">
        <Form.Item name="from_name" label={t('email.fromName')}><Input maxLength={100} /></Form.Item>
        <Form.Item name="from_address" label={t('email.fromAddress')} extra={t('email.fromHelp')} rules={[{ required: true, type: 'email', message: t('email.emailInvalid') }]}><Input type="email" autoComplete="off" /></Form.Item>
      </div>
      <Form.Item name="reply_to" label={t('email.replyTo')} extra={t('email.replyToHelp')} rules={[{ type: 'email', message: t('email.emailInvalid') }]}><Input type="email" autoComplete="off" /></Form.Item>
      <Form.Item label={t('email.rate')} htmlFor="rate_per_minute">
        <Form.Item name="rate_per_minute" noStyle><InputNumber id="rate_per_minute" min={0} max={1_000_000} /></Form.Item>
        <span className="weir-soft weir-after-input">{t('email.rateHelp')}</span>
      </Form.Item>
      <Form.Item name="public_url" label={t('email.publicUrl')} extra={t('email.publicUrlHelp')} rules={[{ required: true, pattern: /^https?:\/\/\S+$/, message: t('email.publicUrlInvalid') }]}>
        <Input spellCheck={false} />
      </Form.Item>
    </>
  )
}
