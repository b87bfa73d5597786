import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Modal, type InputRef } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { request } from '@/api/request'
import type { Segment, SegmentDefinition } from '@/api/types'
import { useProject } from '@/app/session'
import { ErrorState } from './ErrorState'

export interface SaveSegmentModalProps {
  open: boolean
  /** {condition} or {question} with actors. */
  definition: SegmentDefinition | null
  suggestedName?: string
  onClose: () => void
  onSaved?: (segment: Segment) => void
}

interface Fields {
  name: string
  description?: string
}

/** Names a segment and saves it. */
export function SaveSegmentModal({ open, definition, suggestedName, onClose, onSaved }: SaveSegmentModalProps) {
  const { t } = useTranslation()
  const project = useProject()
  const queryClient = useQueryClient()
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const nameField = useRef<InputRef>(null)
  const save = useMutation({
    mutationFn: (fields: Fields) => request<Segment>('POST', `/projects/${project.id}/segments`, { ...fields, ...definition }),
    onSuccess: (segment) => {
      void queryClient.invalidateQueries({ queryKey: ['segments', project.id] })
      void message.success({
        duration: 6,
        content: (
          <>
            {t('saveSegment.saved', { name: segment.name, count: segment.persons })}{' '}
            <Link to={`/p/${project.id}/segments/${segment.id}`}>{t('saveSegment.see')}</Link>
          </>
        ),
      })
      onSaved?.(segment)
      close()
    },
  })
  function close() {
    save.reset()
    onClose()
  }
  return (
    <Modal
      open={open}
      title={t('saveSegment.title')}
      okText={t('actions.save')}
      cancelText={t('actions.cancel')}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
      // Above an open drawer the dialog would give its focus to the close button.
      afterOpenChange={(opened) => opened && nameField.current?.focus({ cursor: 'all' })}
    >
      <Form<Fields> form={form} layout="vertical" requiredMark={false} preserve={false} initialValues={{ name: suggestedName }} onFinish={(fields) => save.mutate(fields)}>
        <Form.Item name="name" label={t('saveSegment.name')} rules={[{ required: true, whitespace: true, message: t('saveSegment.nameRequired') }]}>
          <Input ref={nameField} autoFocus maxLength={200} placeholder={t('saveSegment.namePlaceholder')} />
        </Form.Item>
        <Form.Item name="description" label={t('saveSegment.description')} extra={t('saveSegment.hint')}>
          <Input.TextArea rows={2} maxLength={1000} placeholder={t('saveSegment.descriptionPlaceholder')} />
        </Form.Item>
      </Form>
      {save.isError && <ErrorState error={save.error} compact />}
    </Modal>
  )
}
