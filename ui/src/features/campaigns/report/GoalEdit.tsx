import { Button, Modal } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { Campaign, CampaignGoal } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { defaultDays } from '../draft'
import { GoalFields } from '../parts/GoalFields'

/** The goal may be set or changed after sending: the measure is taken from the events anew. */
export function GoalEdit({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  const editor = useRole('editor')
  const cache = useQueryClient()
  const [open, setOpen] = useState(false)
  const [goal, setGoal] = useState<CampaignGoal | null>(campaign.goal)
  const save = useMutation({
    mutationFn: (body: object) => request<Campaign>('PATCH', `/projects/${project.id}/campaigns/${campaign.id}`, body),
    onSuccess: () => {
      setOpen(false)
      void cache.invalidateQueries({ queryKey: ['campaigns', project.id] })
    },
  })
  if (!editor) return null
  function show() {
    setGoal(campaign.goal ?? { event: '', days: defaultDays })
    save.reset()
    setOpen(true)
  }
  return (
    <>
      <Button size="small" onClick={show}>{t(campaign.goal ? 'report.editGoal' : 'goal.set')}</Button>
      <Modal open={open} title={t('parts.goal')} okText={t('report.saveGoal')} cancelText={t('common:actions.cancel')} okButtonProps={{ disabled: !goal?.event }} confirmLoading={save.isPending} onOk={() => goal && save.mutate({ goal })} onCancel={() => setOpen(false)} destroyOnHidden>
        <GoalFields goal={goal} onChange={setGoal} />
        <p className="weir-faint">{t('goal.hint')}</p>
        {save.isError && <ErrorState error={save.error} compact />}
      </Modal>
    </>
  )
}
