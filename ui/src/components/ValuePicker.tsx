import { AutoComplete, DatePicker, InputNumber, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { arity, isDuration } from '@/query/condition'
import type { Operand, Operator, Scalar, Unit } from '@/query/types'
import { useValues, type ValuesOf } from './catalog'
import type { ValueKind } from './condition/model'
import styles from './pickers.module.css'
import { useSettled } from './useSettled'

export interface ValuePickerProps {
  /** Whose values are suggested; without it nothing is. */
  of?: ValuesOf
  kind: ValueKind
  op: Operator
  value: Operand | undefined
  onChange: (value: Operand | undefined) => void
  size?: 'small' | 'middle'
  disabled?: boolean
}

const COMPARING: ReadonlySet<Operator> = new Set(['gt', 'gte', 'lt', 'lte', 'between'])
const DATES: ReadonlySet<Operator> = new Set(['before', 'after'])

/** The right-hand side of a comparison: text with suggestions, numbers, dates or several values, as the operator needs. */
export default function ValuePicker(props: ValuePickerProps) {
  const { kind, op } = props
  const count = arity(op)
  if (count === 'none') return null
  if (count === 'span') return <SpanValue {...props} />
  if (DATES.has(op)) return <DateValue {...props} />
  if (count === 'many') return <ManyValues {...props} numeric={kind === 'number'} />
  const numeric = kind === 'number' || COMPARING.has(op)
  if (count === 'two') return <TwoNumbers {...props} />
  return numeric ? <OneNumber {...props} /> : <TextValue {...props} />
}

function DateValue({ value, onChange, size, disabled }: ValuePickerProps) {
  const { t } = useTranslation('condition')
  const date = typeof value === 'string' && value !== '' ? dayjs(value) : null
  return (
    <DatePicker
      aria-label={t('row.date')}
      size={size}
      disabled={disabled}
      value={date?.isValid() ? date : null}
      onChange={(next) => onChange(next ? next.format('YYYY-MM-DD') : undefined)}
    />
  )
}

const UNITS: Unit[] = ['hour', 'day', 'week', 'month']

function SpanValue({ value, onChange, size, disabled }: ValuePickerProps) {
  const { t } = useTranslation('condition')
  const span = isDuration(value) ? value : { value: 7, unit: 'day' as const }
  return (
    <span className={styles.pair}>
      <NumberField
        label={t('row.n')}
        value={span.value}
        onChange={(n) => onChange({ ...span, value: Math.max(1, Math.round(n ?? 1)) })}
        size={size}
        disabled={disabled}
      />
      <Select<Unit>
        aria-label={t('row.unit')}
        size={size}
        disabled={disabled}
        value={span.unit}
        options={UNITS.map((unit) => ({ value: unit, label: t(`units.${unit}`) }))}
        popupMatchSelectWidth={false}
        onChange={(unit) => onChange({ ...span, unit })}
      />
    </span>
  )
}

function OneNumber({ value, onChange, size, disabled }: ValuePickerProps) {
  const { t } = useTranslation('condition')
  return <NumberField label={t('row.number')} value={value as Scalar | undefined} onChange={onChange} size={size} disabled={disabled} />
}

function TwoNumbers({ value, onChange, size, disabled }: ValuePickerProps) {
  const { t } = useTranslation('condition')
  const pair = Array.isArray(value) ? value : []
  const set = (at: 0 | 1, next: Scalar | undefined) => {
    const both: [Scalar, Scalar] = [pair[0] ?? '', pair[1] ?? '']
    both[at] = next ?? ''
    onChange(both)
  }
  return (
    <span className={styles.pair}>
      <NumberField label={t('row.from')} value={pair[0]} onChange={(n) => set(0, n)} size={size} disabled={disabled} />
      <span className={styles.faint}>{t('row.unit_and')}</span>
      <NumberField label={t('row.to')} value={pair[1]} onChange={(n) => set(1, n)} size={size} disabled={disabled} />
    </span>
  )
}

interface NumberFieldProps {
  label: string
  value: Scalar | undefined
  onChange: (value: number | undefined) => void
  size?: 'small' | 'middle'
  disabled?: boolean
}

function NumberField({ label, value, onChange, size, disabled }: NumberFieldProps) {
  const number = value === undefined || value === '' ? null : Number(value)
  return (
    <InputNumber
      aria-label={label}
      size={size}
      disabled={disabled}
      className={styles.number}
      status={number === null ? 'warning' : undefined}
      value={Number.isFinite(number) ? number : null}
      onChange={(next) => onChange(next === null ? undefined : Number(next))}
    />
  )
}

function useSuggestions(of: ValuesOf | undefined, typed: string, open: boolean): { value: string; label: string }[] {
  const settled = useSettled(typed, 200)
  const values = useValues(of ?? { scope: 'event', property: '' }, settled, open && of !== undefined)
  return (values.data ?? [])
    .filter((v) => v.value !== null && v.value !== '')
    .map((v) => ({ value: String(v.value), label: String(v.value) }))
}

function TextValue({ of, kind, value, onChange, size, disabled }: ValuePickerProps) {
  const { t } = useTranslation('condition')
  const [open, setOpen] = useState(false)
  const text = value === undefined || typeof value === 'object' ? '' : String(value)
  const options = useSuggestions(of, text, open)
  return (
    <AutoComplete
      aria-label={t('row.value')}
      className={styles.grow}
      size={size}
      disabled={disabled}
      placeholder={t('row.choose_value')}
      status={text === '' ? 'warning' : undefined}
      value={text}
      options={options}
      popupMatchSelectWidth={240}
      onOpenChange={setOpen}
      onChange={(next: string | undefined) => onChange(scalarOf(next ?? '', kind))}
    />
  )
}

/** A property whose kind is unknown or mixed is compared as text unless it is declared a flag. */
function scalarOf(text: string, kind: ValueKind): Scalar {
  if (kind === 'bool') return text === 'true'
  return text
}

function ManyValues({ of, value, onChange, size, disabled, numeric }: ValuePickerProps & { numeric: boolean }) {
  const { t } = useTranslation('condition')
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const options = useSuggestions(of, typed, open)
  const list = value === undefined || isDuration(value) ? [] : Array.isArray(value) ? value : [value]
  const change = (next: string[]) => {
    const scalars = numeric ? next.map(Number).filter(Number.isFinite) : next
    onChange(scalars.length > 0 ? scalars : undefined)
  }
  return (
    <Select<string[]>
      mode="tags"
      aria-label={t('row.values')}
      className={styles.grow}
      size={size}
      disabled={disabled}
      placeholder={t('row.choose_value')}
      status={list.length === 0 ? 'warning' : undefined}
      value={list.map(String)}
      options={options}
      tokenSeparators={[',', ',', '\t', '\n']}
      popupMatchSelectWidth={240}
      onOpenChange={setOpen}
      showSearch={{ onSearch: setTyped }}
      onChange={change}
    />
  )
}
