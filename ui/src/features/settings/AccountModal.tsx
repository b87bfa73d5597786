import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Modal, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { Account, Role } from '@/api/types'
import { ErrorState } from '@/components/ErrorState'

interface Fields {
  email: string
  name: string
  role: Role
  password?: string
}

/** Makes an account or changes one; null is closed. */
export function AccountModal({ account, onClose }: { account: Account | 'new' | null; onClose: () => void }) {
  const { t } = useTranslation('settings')
  const { message } = App.useApp()
  const queryClient = useQueryClient()
  const [form] = Form.useForm<Fields>()
  const old = account === 'new' ? null : account
  const save = useMutation({
    mutationFn: ({ email, password, ...rest }: Fields) => old
      ? request<Account>('PATCH', `/accounts/${old.id}`, { ...rest, ...(password ? { password } : {}) })
      : request<Account>('POST', '/accounts', { email, password, ...rest }),
    onSuccess: () => {
      void message.success(t('saved'))
      void queryClient.invalidateQueries({ queryKey: ['accounts'] })
      void queryClient.invalidateQueries({ queryKey: ['session'] })
      close()
    },
  })
  function close() {
    save.reset()
    onClose()
  }
  return (
    <Modal open={account !== null} title={t(old ? 'accounts.edit' : 'accounts.add')} okText={t('common:actions.save')} cancelText={t('common:actions.cancel')} confirmLoading={save.isPending} onOk={() => form.submit()} onCancel={close} destroyOnHidden>
      <Form<Fields> key={old?.id ?? 'new'} form={form} layout="vertical" requiredMark={false} preserve={false} initialValues={old ?? { role: 'editor', name: '' }} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item name="email" label={t('accounts.email')} rules={[{ required: true, type: 'email', message: t('accounts.emailInvalid') }]}>
          <Input type="email" disabled={old !== null} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t('accounts.name')}><Input maxLength={100} autoComplete="off" /></Form.Item>
        <Form.Item name="role" label={t('accounts.role')} extra={t('accounts.text')}>
          <Select options={(['owner', 'editor', 'viewer'] as const).map((role) => ({ value: role, label: t(`common:roles.${role}`) }))} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t(old ? 'accounts.newPassword' : 'accounts.password')}
          extra={t(old ? 'accounts.newPasswordHelp' : 'accounts.sendPassword')}
          rules={[{ required: !old, min: 8, message: t('accounts.passwordShort') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
      {save.isError && <ErrorState error={save.error} compact />}
    </Modal>
  )
}
