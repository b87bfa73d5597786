/** Small controls that the three builders share. */
import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import ConditionBuilder from '@/components/condition/ConditionBuilder'
import styles from '@/components/question/question.module.css'
import type { Condition } from '@/query/types'

export interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: { value: T; label: string; title?: string }[]
  onChange: (value: T) => void
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return <Segmented<T> aria-label={label} size="middle" value={value} options={options} onChange={onChange} />
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

export function FilterSection({ value, onChange }: { value: Condition | undefined; onChange: (value: Condition | undefined) => void }) {
  const { t } = useTranslation('question')
  return (
    <Section title={t('builder.filter')}>
      <ConditionBuilder scope="person" value={value} onChange={onChange} label={t('builder.filter')} />
    </Section>
  )
}

export function Help({ lines }: { lines: string[] }) {
  return lines.map((line) => <p key={line}>{line}</p>)
}

/** The figures of an answer, side by side. */
export function Figures({ children }: { children: ReactNode }) {
  return <div className={styles.figures}>{children}</div>
}

/** A figure that matters, large, with what it is. */
export function Figure({ label, value, note }: { label: string; value: string; note?: ReactNode }) {
  return (
    <div className="weir-card">
      <div className="weir-figure-label">{label}</div>
      <div className="weir-figure">{value}</div>
      {note && <div className={styles.small}>{note}</div>}
    </div>
  )
}
