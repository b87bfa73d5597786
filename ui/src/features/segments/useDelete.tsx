import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ApiError } from '@/api/request'
import type { Segment, SegmentUse } from '@/api/types'
import { useProject } from '@/app/session'
import { errorText } from '@/components/ErrorState'
import { useDeleteSegment } from './api'
import { Uses } from './Uses'

/** Asks, deletes, and goes back to the list; a segment that is in use stays, and the reader learns by whom. */
export function useDelete(): (segment: Segment) => void {
  const { t } = useTranslation('segments')
  const { modal, message } = App.useApp()
  const navigate = useNavigate()
  const project = useProject()
  const remove = useDeleteSegment()
  function refused(segment: Segment, uses: SegmentUse[]) {
    const dialog = modal.warning({
      title: t('inUseTitle', { name: segment.name }),
      content: <><p>{t('inUseText')}</p><Uses uses={uses} project={project.id} onFollow={() => dialog.destroy()} /></>,
      okText: t('understood'),
    })
  }
  return (segment) => {
    if (segment.used_by.length > 0) return refused(segment, segment.used_by)
    void modal.confirm({
      title: t('deleteTitle', { name: segment.name }),
      content: t('deleteText'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      cancelText: t('common:actions.cancel'),
      onOk: async () => {
        try {
          await remove.mutateAsync(segment.id)
          void message.success(t('deleted', { name: segment.name }))
          void navigate(`/p/${project.id}/segments`)
        } catch (error) {
          const uses = usesOf(error)
          if (uses) refused(segment, uses)
          else void message.error(errorText(error, t))
        }
      },
    })
  }
}

/** Somebody began to use it while it was being deleted: the server's refusal names them («campaign cmp_1»: its name). */
export function usesOf(error: unknown): SegmentUse[] | undefined {
  if (!(error instanceof ApiError) || error.kind !== 'conflict' || error.details.length === 0) return undefined
  return error.details.map((detail) => {
    const [kind = '', id = ''] = detail.where.split(' ')
    return { kind, id, name: detail.what }
  })
}
