import { InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { RfmDimension } from '@/api/types'
import { defaultScore, methods, withMethod, type Dimension } from './model'

export interface DimensionFieldsProps {
  name: Dimension
  value: RfmDimension
  /** The threshold in force: where a fixed one begins. */
  suggested: number
  disabled: boolean
  onChange: (value: RfmDimension) => void
}

const units: Record<Dimension, 'form.unitR' | 'form.unitF' | 'form.unitM'> = { recency: 'form.unitR', frequency: 'form.unitF', monetary: 'form.unitM' }

/** How one of R, F and M is parted into high and low. */
export function DimensionFields({ name, value, suggested, disabled, onChange }: DimensionFieldsProps) {
  const { t } = useTranslation('rfm')
  const title = t(`form.${name}`)
  return (
    <div className="weir-rfm-field">
      <span aria-hidden="true">{title}</span>
      <div className="weir-row">
        <Select aria-label={t('form.method', { name: title })} value={value.method} disabled={disabled} onChange={(method) => onChange(withMethod(value, method, suggested))} options={methods.map((method) => ({ value: method, label: t(`form.methods.${method}`) }))} style={{ width: 150 }} />
        {value.method === 'fixed' && (
          <>
            <InputNumber aria-label={t('form.threshold', { name: title })} min={0} value={value.threshold ?? 0} disabled={disabled} onChange={(threshold) => onChange({ ...value, threshold: threshold ?? 0 })} style={{ width: 110 }} />
            <span className="weir-soft">{t(units[name])}</span>
          </>
        )}
        {value.method === 'quintile' && (
          <Select aria-label={t('form.score', { name: title })} value={value.threshold || defaultScore} disabled={disabled} onChange={(threshold) => onChange({ ...value, threshold })} options={[2, 3, 4, 5].map((n) => ({ value: n, label: t('form.scoreN', { n }) }))} style={{ width: 170 }} />
        )}
      </div>
    </div>
  )
}
