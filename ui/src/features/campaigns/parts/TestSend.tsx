import { App, Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { useTestSend } from '../api'
import type { DraftHandle } from '../useDraft'

/** Sends the mail as it is now to an address of the operator's. */
export function TestSend({ handle, person, personName }: { handle: DraftHandle; person: string; personName: string }) {
  const { t } = useTranslation('campaigns')
  const { message } = App.useApp()
  const { account } = useSession()
  const [open, setOpen] = useState(false)
  const [form] = Form.useForm<{ to: string }>()
  const test = useTestSend()
  const [storing, setStoring] = useState(false)
  async function send({ to }: { to: string }) {
    setStoring(true)
    const stored = await handle.flush()
    setStoring(false)
    if (!stored) return
    test.mutate({ campaign: stored.id, to: to.trim(), person }, {
      onSuccess: () => {
        void message.success(t('test.sent', { to: to.trim() }))
        setOpen(false)
      },
    })
  }
  function close() {
    test.reset()
    setOpen(false)
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>{t('test.button')}</Button>
      <Modal open={open} title={t('test.title')} okText={t('test.send')} cancelText={t('common:actions.cancel')} confirmLoading={storing || test.isPending} onOk={() => form.submit()} onCancel={close} destroyOnHidden>
        <Form form={form} layout="vertical" requiredMark={false} preserve={false} initialValues={{ to: account.email }} onFinish={(fields) => void send(fields)}>
          <Form.Item name="to" label={t('test.to')} rules={[{ required: true, type: 'email', message: t('test.invalid') }]} extra={personName ? t('test.text', { person: personName }) : t('test.textNobody')}>
            <Input type="email" autoFocus />
          </Form.Item>
        </Form>
        {handle.state === 'failed' && <ErrorState error={handle.error} compact />}
        {test.isError && <ErrorState error={test.error} compact />}
      </Modal>
    </>
  )
}
