import { useQuery } from '@tanstack/react-query'
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { PropertyNames } from '@/api/types'
import { useProject } from '@/app/session'
import { useFormat } from '@/lib/useFormat'

const shownNames = 5

/** Says that values are left out because a project has too many property names. Usually it shows nothing. */
export function PropertyLimitNotice({ scope }: { scope: 'event' | 'user' }) {
  const { t } = useTranslation('live')
  const project = useProject()
  const format = useFormat()
  const names = useQuery({
    queryKey: ['catalog', project.id, 'property-limit', scope],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => request<PropertyNames>('GET', `/projects/${project.id}/catalog/properties?scope=${scope}`, undefined, { signal }),
  })
  const limit = names.data?.limit
  if (!limit || limit.values_left_out === 0) return null
  return (
    <Alert
      type="warning"
      showIcon
      title={t(`limit.${scope}`, { limit: format.number(limit.limit) })}
      description={t('limit.detail', { values: format.number(limit.values_left_out), names: limit.left_out.slice(0, shownNames).join(t('limit.comma')) })}
    />
  )
}
