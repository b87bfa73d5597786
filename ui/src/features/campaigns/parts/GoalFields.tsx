import { Button, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { CampaignGoal } from '@/api/types'
import { useProperties } from '@/components/catalog'
import EventPicker from '@/components/EventPicker'
import { defaultDays } from '../draft'

export interface GoalFieldsProps {
  goal: CampaignGoal | null
  onChange: (goal: CampaignGoal | null) => void
}

/** The event that is hoped for, its money, and the time in which it counts. */
export function GoalFields({ goal, onChange }: GoalFieldsProps) {
  const { t } = useTranslation('campaigns')
  const event = goal?.event ?? ''
  const properties = useProperties('event', event || undefined)
  if (!goal) {
    return (
      <>
        <p className="weir-warn">{t('goal.without')}</p>
        <Button onClick={() => onChange({ event: '', days: defaultDays })}>{t('goal.set')}</Button>
      </>
    )
  }
  const numbers = (properties.data ?? []).filter((p) => p.types.includes('number'))
  return (
    <>
      <div className="weir-field">
        <span className="weir-label" aria-hidden="true">{t('goal.event')}</span>
        <EventPicker label={t('goal.event')} value={event} onChange={(next) => onChange({ event: Array.isArray(next) ? next[0] ?? '' : next, days: goal.days })} />
      </div>
      {event !== '' && (
        <div className="weir-field">
          <label htmlFor="campaign-goal-value">{t('goal.value')}</label>
          <Select
            id="campaign-goal-value"
            aria-label={t('goal.value')}
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('goal.noValue')}
            value={goal.value || undefined}
            loading={properties.isPending}
            onChange={(value: string | undefined) => onChange({ ...goal, value })}
            options={numbers.map((p) => ({ value: p.name, label: p.name }))}
          />
        </div>
      )}
      <div className="weir-field">
        <label htmlFor="campaign-goal-days">{t('goal.days')}</label>
        <span className="weir-row">
          <InputNumber id="campaign-goal-days" min={1} max={365} precision={0} value={goal.days} onChange={(days) => onChange({ ...goal, days: days ?? defaultDays })} />
          <span>{t('goal.daysUnit')}</span>
        </span>
      </div>
    </>
  )
}
