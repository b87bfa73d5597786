import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { EventSet } from '@/query/types'
import { useProperties, type PropertyScope } from './catalog'
import styles from './pickers.module.css'

export interface PropertyPickerProps {
  scope: PropertyScope
  /** Narrows the list to what this event carries. */
  event?: EventSet
  value: string
  onChange: (value: string) => void
  label: string
  /** Only properties that hold numbers, for sums and averages. */
  numeric?: boolean
  size?: 'small' | 'middle'
  disabled?: boolean
}

interface Option {
  value: string
  label: string
  types: string[]
}

/** Chooses a property of an event or of a person by name. */
export default function PropertyPicker({ scope, event, value, onChange, label, numeric, size, disabled }: PropertyPickerProps) {
  const { t } = useTranslation('condition')
  const properties = useProperties(scope, event)
  const options = useMemo(
    () =>
      (properties.data ?? [])
        .filter((p) => !numeric || p.types.length === 0 || p.types.includes('number'))
        .map((p) => ({ value: p.name, label: p.name, types: p.types })),
    [properties.data, numeric],
  )
  return (
    <Select<string, Option>
      value={value === '' ? undefined : value}
      onChange={onChange}
      options={options}
      aria-label={label}
      className={styles.grow}
      placeholder={t('row.choose_property')}
      loading={properties.isPending}
      status={value === '' ? 'warning' : undefined}
      popupMatchSelectWidth={280}
      showSearch={{ optionFilterProp: 'label' }}
      size={size}
      disabled={disabled}
      optionRender={(option) => (
        <span className={styles.option}>
          <span className={styles.optionName}>{option.data.label}</span>
          <span className={styles.faint}>{option.data.types.map((type) => t(`types.${type}`, { defaultValue: type })).join(' ')}</span>
        </span>
      )}
    />
  )
}
