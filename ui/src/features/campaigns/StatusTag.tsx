import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { CampaignStatus } from '@/api/types'

/** The status in a word; what needs attention stands out. */
export function StatusTag({ status }: { status: CampaignStatus }) {
  const { t } = useTranslation('campaigns')
  return <Tag className={`weir-status weir-status-${status}`}>{t(`statuses.${status}`)}</Tag>
}
