import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNames } from '@/components/catalog'
import { unfinishedRows } from '@/query/condition'
import type { Condition, EventSet } from '@/query/types'
import styles from './condition.module.css'
import GroupEditor from './GroupEditor'
import { fromRoot, rootGroup, type Scope } from './model'
import { conditionSentence } from './sentence'

export interface ConditionBuilderProps {
  /** Undefined is «no condition». Rows that are still being written are part of the value; `finished()` leaves them out. */
  value: Condition | undefined
  onChange: (value: Condition | undefined) => void
  /** event: a filter of the event at hand; person: who the persons are and what they did. */
  scope: Scope
  /** In event scope: the event whose properties are offered. */
  event?: EventSet
  /** A place for a live count, beside the sentence. */
  size?: ReactNode
  /** What the condition is for, as screen readers say it. */
  label?: string
  /** Shows the condition as a sentence above the rows. */
  sentence?: boolean
  disabled?: boolean
}

/** Builds a condition from rows that read as sentences, joined by «and» or «or», in groups. */
export default function ConditionBuilder({ value, onChange, scope, event, size, label, sentence, disabled }: ConditionBuilderProps) {
  const { t } = useTranslation('condition')
  const names = useNames()
  const id = useId()
  const unfinished = unfinishedRows(value)
  const name = label ?? t('builder.label')
  return (
    <div className={styles.builder} role="group" aria-label={name} aria-describedby={unfinished > 0 ? `${id}-unfinished` : undefined}>
      {(sentence || size) && (
        <div className={styles.top}>
          {sentence && <p className={styles.sentence}>{value ? conditionSentence(value, t, names) : t('builder.empty')}</p>}
          {size}
        </div>
      )}
      <GroupEditor
        group={rootGroup(value)}
        onChange={(group) => onChange(fromRoot(group))}
        scope={scope}
        event={event}
        depth={0}
        disabled={disabled}
      />
      {unfinished > 0 && (
        <p id={`${id}-unfinished`} className={styles.unfinished}>
          {t('builder.unfinished', { count: unfinished })}
        </p>
      )}
    </div>
  )
}
