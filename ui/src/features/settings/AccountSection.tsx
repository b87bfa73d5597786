import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '@/api/request'
import type { Session, ThemeChoice } from '@/api/types'
import { useSession } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { asLanguage, setLanguage } from '@/i18n'
import { useTheme } from '@/lib/useTheme'

export function AccountSection() {
  const { t } = useTranslation('settings')
  return (
    <div className="weir-stack">
      <section className="weir-card"><h2 className="weir-settings-head">{t('account.profile')}</h2><Profile /></section>
      <section className="weir-card"><h2 className="weir-settings-head">{t('account.looks')}</h2><Looks /></section>
      <section className="weir-card"><h2 className="weir-settings-head">{t('account.password')}</h2><Password /></section>
    </div>
  )
}

function Profile() {
  const { t } = useTranslation('settings')
  const { message } = App.useApp()
  const { account } = useSession()
  const queryClient = useQueryClient()
  const save = useMutation({
    mutationFn: (fields: { name: string }) => request<Session>('PATCH', '/account', fields),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['session'] })
      void message.success(t('saved'))
    },
  })
  return (
    <Form layout="vertical" requiredMark={false} className="weir-form" initialValues={{ name: account.name }} onFinish={(fields: { name: string }) => save.mutate(fields)}>
      <dl className="weir-settings-facts">
        <dt>{t('account.email')}</dt><dd>{account.email}</dd>
        <dt>{t('account.role')}</dt><dd>{t(`common:roles.${account.role}`)}</dd>
      </dl>
      <Form.Item name="name" label={t('account.name')}><Input maxLength={100} autoComplete="name" /></Form.Item>
      {save.isError && <ErrorState error={save.error} compact />}
      <Button htmlType="submit" loading={save.isPending}>{t('common:actions.save')}</Button>
    </Form>
  )
}

/** Both take effect at once here; the server remembers them for the next browser. */
function Looks() {
  const { t, i18n } = useTranslation('settings')
  const { choice, setChoice } = useTheme()
  const remember = (change: object) => void request('PATCH', '/account', change).catch(() => {})
  return (
    <dl className="weir-settings-facts">
      <dt id="looks-language">{t('account.language')}</dt>
      <dd>
        <Segmented
          aria-labelledby="looks-language"
          value={asLanguage(i18n.language)}
          onChange={(language) => { setLanguage(language); remember({ language }) }}
          options={[{ value: 'zh' as const, label: '中文' }, { value: 'en' as const, label: 'English' }]}
        />
      </dd>
      <dt id="looks-theme">{t('account.theme')}</dt>
      <dd>
        <Segmented<ThemeChoice>
          aria-labelledby="looks-theme"
          value={choice}
          onChange={(theme) => { setChoice(theme); remember({ theme }) }}
          options={(['light', 'dark', 'system'] as const).map((value) => ({ value, label: t(`account.${value}`) }))}
        />
      </dd>
    </dl>
  )
}

interface PasswordFields {
  current: string
  next: string
  repeat: string
}

function Password() {
  const { t } = useTranslation('settings')
  const { message } = App.useApp()
  const [form] = Form.useForm<PasswordFields>()
  const change = useMutation({
    mutationFn: (fields: PasswordFields) => request('PATCH', '/account', { password: fields.next, current_password: fields.current }),
    onSuccess: () => {
      form.resetFields()
      void message.success(t('account.changed'))
    },
  })
  const refused = change.error instanceof ApiError && change.error.details.some((detail) => detail.where === 'current_password')
  return (
    <Form<PasswordFields> form={form} layout="vertical" requiredMark={false} className="weir-form" onFinish={(fields) => change.mutate(fields)}>
      <Form.Item name="current" label={t('account.current')} rules={[{ required: true, message: t('required') }]} validateStatus={refused ? 'error' : undefined} help={refused ? t('account.wrong') : undefined}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="next" label={t('account.next')} rules={[{ required: true, min: 8, message: t('account.short') }]}><Input.Password autoComplete="new-password" /></Form.Item>
      <Form.Item
        name="repeat"
        label={t('account.repeat')}
        dependencies={['next']}
        rules={[{ required: true, message: t('required') }, ({ getFieldValue }) => ({ validator: (_, value) => (!value || value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('account.mismatch')))) })]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {change.isError && !refused && <ErrorState error={change.error} compact />}
      <Button htmlType="submit" loading={change.isPending}>{t('account.change')}</Button>
    </Form>
  )
}
