import { FilterOutlined } from '@ant-design/icons'
import { Button, DatePicker, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import EventPicker from '@/components/EventPicker'
import PropertyPicker from '@/components/PropertyPicker'
import ValuePicker from '@/components/ValuePicker'
import { arity, without } from '@/query/condition'
import type { Condition, Did, DidMeasure, Operator, Unit, Value, Within } from '@/query/types'
import styles from './condition.module.css'
import ConditionBuilder from './ConditionBuilder'
import { convertValue, MEASURE_OPERATORS, measureName, measureProperty } from './model'

export interface DidEditorProps {
  did: Did
  onChange: (did: Did) => void
  /** «Did» can say how often or how much; «did not» cannot. */
  measured?: boolean
  disabled?: boolean
}

/** What a person did: the event, its filter, how often or how much, and when. */
export default function DidEditor({ did, onChange, measured, disabled }: DidEditorProps) {
  const { t } = useTranslation('condition')
  const [opened, setOpened] = useState(false)
  const filtering = opened || did.where !== undefined
  const setWhere = (where: Condition | undefined) => {
    const rest = without(did, 'where')
    onChange(where ? { ...rest, where } : rest)
  }
  return (
    <div className={styles.did}>
      <div className={styles.line}>
        <EventPicker
          value={did.event}
          onChange={(event) => onChange({ ...did, event })}
          label={t('row.event')}
          any
          several
          size="small"
          disabled={disabled}
        />
        {!filtering && !disabled && (
          <Button
            size="small"
            type="text"
            icon={<FilterOutlined />}
            aria-label={t('row.add_where')}
            title={t('row.add_where')}
            onClick={() => setOpened(true)}
          />
        )}
      </div>
      {measured && <MeasureLine did={did} onChange={onChange} disabled={disabled} />}
      <WithinLine within={did.within} onChange={(within) => onChange(withWithin(did, within))} disabled={disabled} />
      {filtering && (
        <div className={styles.where}>
          <span className={styles.hint}>{t('row.where')}</span>
          <ConditionBuilder
            scope="event"
            event={did.event}
            value={did.where}
            onChange={setWhere}
            label={t('row.where')}
            disabled={disabled}
          />
        </div>
      )}
    </div>
  )
}

function withWithin(did: Did, within: Within | undefined): Did {
  const rest = without(did, 'within')
  return within ? { ...rest, within } : rest
}

interface LineProps {
  did: Did
  onChange: (did: Did) => void
  disabled?: boolean
}

const MEASURES = ['once', 'count', 'days', 'sum', 'avg', 'min', 'max', 'distinct'] as const

function MeasureLine({ did, onChange, disabled }: LineProps) {
  const { t } = useTranslation('condition')
  // «count» without an operator means «at least once», which is the commonest wish and has its own words.
  const name = did.op === undefined && typeof did.measure !== 'object' ? 'once' : measureName(did.measure ?? 'count')
  const setMeasure = (next: string) => onChange(measuredBy(did, next))
  return (
    <div className={styles.line}>
      <Select<string>
        className={styles.measure}
        size="small"
        aria-label={t('row.measure')}
        value={name}
        options={MEASURES.map((m) => ({ value: m, label: m === 'once' ? t('row.at_least_once') : t(`measures.${m}`) }))}
        popupMatchSelectWidth={false}
        disabled={disabled}
        onChange={setMeasure}
      />
      {typeof did.measure === 'object' && (
        <PropertyPicker
          scope="event"
          event={did.event}
          numeric={name !== 'distinct'}
          value={measureProperty(did.measure)}
          onChange={(property) => onChange({ ...did, measure: { [name]: property } as DidMeasure })}
          label={t('row.of_property')}
          size="small"
          disabled={disabled}
        />
      )}
      {name !== 'once' && (
        <>
          <Select<Operator>
            className={styles.op}
            size="small"
            aria-label={t('row.op')}
            value={did.op ?? 'gte'}
            options={MEASURE_OPERATORS.map((op) => ({ value: op, label: t(`ops.${op}`) }))}
            popupMatchSelectWidth={false}
            disabled={disabled}
            onChange={(op) => onChange({ ...did, op, value: convertValue(did.value, arity(op)) as Value | undefined })}
          />
          <ValuePicker
            kind="number"
            op={did.op ?? 'gte'}
            value={did.value}
            onChange={(value) => onChange({ ...did, op: did.op ?? 'gte', value: value as Value | undefined })}
            size="small"
            disabled={disabled}
          />
        </>
      )}
    </div>
  )
}

function measuredBy(did: Did, name: string): Did {
  const { op, value } = did
  const rest = without(did, 'measure', 'op', 'value')
  if (name === 'once') return rest
  const measure = name === 'count' || name === 'days' ? name : ({ [name]: measureProperty(did.measure) } as DidMeasure)
  return { ...rest, measure, op: op ?? 'gte', value: value ?? (name === 'count' || name === 'days' ? 2 : undefined) }
}

const UNITS: Unit[] = ['hour', 'day', 'week', 'month']

function WithinLine({
  within,
  onChange,
  disabled,
}: {
  within: Within | undefined
  onChange: (within: Within | undefined) => void
  disabled?: boolean
}) {
  const { t } = useTranslation('condition')
  const kind = within === undefined ? 'ever' : 'last' in within ? 'last' : 'dates'
  const change = (next: string) => {
    if (next === 'ever') onChange(undefined)
    else if (next === 'last') onChange({ last: 30, unit: 'day' })
    else onChange({ from: dayjs().subtract(29, 'day').format('YYYY-MM-DD'), to: dayjs().format('YYYY-MM-DD') })
  }
  return (
    <div className={styles.line}>
      <Select
        className={styles.measure}
        size="small"
        aria-label={t('row.within')}
        value={kind}
        options={['last', 'dates', 'ever'].map((k) => ({ value: k, label: t(`row.${k}`) }))}
        popupMatchSelectWidth={false}
        disabled={disabled}
        onChange={change}
      />
      {within && 'last' in within && (
        <>
          <InputNumber
            className={styles.short}
            size="small"
            aria-label={t('row.n')}
            min={1}
            max={3660}
            precision={0}
            value={within.last}
            disabled={disabled}
            onChange={(n) => n !== null && onChange({ ...within, last: n })}
          />
          <Select<Unit>
            size="small"
            aria-label={t('row.unit')}
            value={within.unit}
            options={UNITS.map((u) => ({ value: u, label: t(`units.${u}`) }))}
            popupMatchSelectWidth={false}
            disabled={disabled}
            onChange={(unit) => onChange({ ...within, unit })}
          />
        </>
      )}
      {within && 'from' in within && (
        <DatePicker.RangePicker
          size="small"
          aria-label={t('row.date_range')}
          allowClear={false}
          disabled={disabled}
          value={[dayjs(within.from), dayjs(within.to)]}
          onChange={(days) => days?.[0] && days[1] && onChange({ from: days[0].format('YYYY-MM-DD'), to: days[1].format('YYYY-MM-DD') })}
        />
      )}
    </div>
  )
}
