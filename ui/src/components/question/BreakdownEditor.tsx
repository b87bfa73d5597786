import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSegments } from '@/components/catalog'
import PropertyPicker from '@/components/PropertyPicker'
import { LIMITS } from '@/query/defaults'
import type { Breakdown, EventSet } from '@/query/types'
import styles from './question.module.css'

export interface BreakdownEditorProps {
  value: Breakdown[] | undefined
  onChange: (value: Breakdown[] | undefined) => void
  /** Whose properties are offered. */
  event?: EventSet
  /** Of a funnel: how many steps there are to take the property from. */
  steps?: number
}

type Kind = 'property' | 'user' | 'tag' | 'segments'
const KINDS: Kind[] = ['property', 'user', 'tag', 'segments']

const kindOf = (b: Breakdown): Kind => KINDS.find((k) => k in b) as Kind

function empty(kind: Kind): Breakdown {
  switch (kind) {
    case 'property':
      return { property: '' }
    case 'user':
      return { user: '' }
    case 'tag':
      return { tag: 'rfm' }
    case 'segments':
      return { segments: [] }
  }
}

/** Up to three breakdowns of an answer. */
export default function BreakdownEditor({ value, onChange, event, steps }: BreakdownEditorProps) {
  const { t } = useTranslation('question')
  const list = value ?? []
  const emit = (next: Breakdown[]) => onChange(next.length > 0 ? next : undefined)
  const set = (at: number, b: Breakdown) => emit(list.map((old, i) => (i === at ? b : old)))
  return (
    <div className={styles.stack}>
      {list.map((b, i) => (
        <div key={i} className={styles.step} role="group" aria-label={t('builder.breakdown_n', { n: i + 1 })}>
          <div className={styles.stepHead}>
            <Select<Kind>
              className={styles.kind}
              aria-label={t('builder.kind', { n: i + 1 })}
              value={kindOf(b)}
              options={KINDS.map((kind) => ({ value: kind, label: t(`builder.kind_${kind}`) }))}
              popupMatchSelectWidth={false}
              onChange={(kind) => set(i, empty(kind))}
            />
            <What b={b} onChange={(next) => set(i, next)} event={event} label={t('builder.breakdown_n', { n: i + 1 })} />
            <Button
              size="small"
              type="text"
              icon={<CloseOutlined />}
              aria-label={t('builder.remove_breakdown', { n: i + 1 })}
              onClick={() => emit(list.filter((_, j) => j !== i))}
            />
          </div>
          {steps !== undefined && 'property' in b && (
            <Select<number>
              size="small"
              aria-label={t('builder.of_step')}
              value={b.of_step ?? 1}
              options={Array.from({ length: steps }, (_, s) => ({ value: s + 1, label: t('builder.step_n', { n: s + 1 }) }))}
              onChange={(step) => set(i, step === 1 ? { property: b.property } : { ...b, of_step: step })}
            />
          )}
        </div>
      ))}
      {list.length < LIMITS.breakdowns && (
        <Button type="dashed" size="small" icon={<PlusOutlined aria-hidden />} onClick={() => emit([...list, empty('property')])}>
          {t('builder.add_breakdown')}
        </Button>
      )}
    </div>
  )
}

interface WhatProps {
  b: Breakdown
  onChange: (b: Breakdown) => void
  event?: EventSet
  label: string
}

function What({ b, onChange, event, label }: WhatProps) {
  const { t } = useTranslation('question')
  const segments = useSegments()
  if ('property' in b)
    return (
      <PropertyPicker scope="event" event={event} value={b.property} onChange={(property) => onChange({ ...b, property })} label={label} />
    )
  if ('user' in b) return <PropertyPicker scope="user" value={b.user} onChange={(user) => onChange({ user })} label={label} />
  if ('tag' in b)
    return (
      <Select<string>
        className={styles.grow}
        aria-label={label}
        value={b.tag}
        options={[{ value: 'rfm', label: 'RFM' }]}
        onChange={(tag) => onChange({ tag })}
      />
    )
  return (
    <Select<string[]>
      mode="multiple"
      className={styles.grow}
      aria-label={t('builder.segments')}
      value={b.segments}
      loading={segments.isPending}
      options={segments.data?.map((s) => ({ value: s.id, label: s.name }))}
      showSearch={{ optionFilterProp: 'label' }}
      status={b.segments.length === 0 ? 'warning' : undefined}
      onChange={(ids) => onChange({ segments: ids })}
    />
  )
}
