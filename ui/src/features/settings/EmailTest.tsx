import { useMutation } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError, request } from '@/api/request'
import type { EmailChannel } from '@/api/types'
import { useProject, useSession } from '@/app/session'
import { errorText } from '@/components/ErrorState'

/** Sends one message with the settings as they stand in the form, and repeats the mail server's own words when it refuses. */
export function EmailTest({ settings }: { settings: () => Promise<EmailChannel> }) {
  const { t } = useTranslation('settings')
  const project = useProject()
  const { account } = useSession()
  const test = useMutation({
    mutationFn: async ({ to }: { to: string }) => {
      const form = await settings().catch(() => null)
      // The form shows its own faults; there is nothing to send yet.
      if (!form) return null
      await request('POST', `/projects/${project.id}/channels/email/test`, { to, settings: form })
      return to
    },
  })
  return (
    <section className="weir-card">
      <h2>{t('email.test')}</h2>
      <p className="weir-soft weir-settings-note">{t('email.testText')}</p>
      <Form<{ to: string }> layout="inline" colon={false} requiredMark={false} initialValues={{ to: account.email }} onFinish={(fields) => test.mutate(fields)} className="weir-email-test">
        <Form.Item name="to" label={t('email.testTo')} rules={[{ required: true, type: 'email', message: t('email.emailInvalid') }]}><Input type="email" /></Form.Item>
        <Button htmlType="submit" loading={test.isPending}>{t('email.testSend')}</Button>
      </Form>
      <div aria-live="polite">
        {test.data && <p className="weir-gain weir-settings-result">{t('email.testOk', { to: test.data })}</p>}
        {test.isError && <Refusal error={test.error} />}
      </div>
    </section>
  )
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation('settings')
  const details = error instanceof ApiError ? error.details : []
  return (
    <div className="weir-settings-refusal">
      <p><b>{t('email.testFailed')}</b></p>
      <pre>{[errorText(error, t), ...details.map((detail) => `${detail.where} ${detail.what}`.trim())].join('\n')}</pre>
      <p>{t('email.checks')}</p>
      <ul>{['checkHost', 'checkSecurity', 'checkLogin', 'checkFrom'].map((key) => <li key={key}>{t(`email.${key}`)}</li>)}</ul>
    </div>
  )
}
