import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, FilterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState, type DragEvent, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import ConditionBuilder from '@/components/condition/ConditionBuilder'
import EventPicker from '@/components/EventPicker'
import { without } from '@/query/condition'
import type { Step } from '@/query/types'
import styles from './question.module.css'

export interface StepCardProps<S extends Step> {
  /** A letter or a number: how formulas, charts and tables refer to it. */
  badge: string
  colour?: string
  label: string
  value: S
  onChange: (value: S) => void
  any?: boolean
  onRemove?: () => void
  /** Moves by −1 or +1; undefined where the order means nothing. */
  onMove?: (by: -1 | 1) => void
  canMove?: { up: boolean; down: boolean }
  drag?: { start: () => void; drop: () => void }
  /** What else belongs to it, such as the measure. */
  children?: ReactNode
}

/** An event of a question with its filter: a series, a step, a start or a return. */
export default function StepCard<S extends Step>({
  badge,
  colour,
  label,
  value,
  onChange,
  any,
  onRemove,
  onMove,
  canMove,
  drag,
  children,
}: StepCardProps<S>) {
  const { t } = useTranslation('question')
  const { t: common } = useTranslation('common')
  const { t: condition } = useTranslation('condition')
  const [opened, setOpened] = useState(false)
  const filtering = opened || value.where !== undefined
  const onKeyDown = (e: KeyboardEvent) => {
    if (!onMove || !e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return
    e.preventDefault()
    onMove(e.key === 'ArrowUp' ? -1 : 1)
  }
  const dragging = drag && {
    onDragOver: (e: DragEvent) => e.preventDefault(),
    onDrop: (e: DragEvent) => {
      e.preventDefault()
      drag.drop()
    },
  }
  return (
    // Keys and drops come from the controls inside; the card itself takes no focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div className={styles.step} role="group" aria-label={label} onKeyDown={onKeyDown} {...dragging}>
      <div className={styles.stepHead}>
        <span
          className={styles.badge}
          style={colour ? { borderColor: colour, boxShadow: `inset 0 -3px 0 ${colour}` } : undefined}
          draggable={drag !== undefined}
          onDragStart={drag?.start}
          data-drag={drag !== undefined || undefined}
          aria-hidden
        >
          {badge}
        </span>
        <EventPicker value={value.event} onChange={(event) => onChange({ ...value, event })} label={label} any={any} several />
        {!filtering && (
          <Button
            size="small"
            type="text"
            icon={<FilterOutlined />}
            title={t('builder.add_where')}
            aria-label={t('builder.where', { label })}
            onClick={() => setOpened(true)}
          />
        )}
        {onMove && (
          <>
            <Button
              size="small"
              type="text"
              icon={<ArrowUpOutlined />}
              disabled={!canMove?.up}
              aria-label={`${label}: ${condition('builder.up')}`}
              onClick={() => onMove(-1)}
            />
            <Button
              size="small"
              type="text"
              icon={<ArrowDownOutlined />}
              disabled={!canMove?.down}
              aria-label={`${label}: ${condition('builder.down')}`}
              onClick={() => onMove(1)}
            />
          </>
        )}
        {onRemove && (
          <Button
            size="small"
            type="text"
            icon={<CloseOutlined />}
            aria-label={`${label}: ${common('actions.remove')}`}
            onClick={onRemove}
          />
        )}
      </div>
      {children}
      {filtering && (
        <div className={styles.stepWhere}>
          <ConditionBuilder
            scope="event"
            event={value.event}
            value={value.where}
            onChange={(where) => {
              if (!where) setOpened(false)
              onChange(where ? { ...value, where } : (without(value, 'where') as S))
            }}
            label={t('builder.where', { label })}
          />
        </div>
      )}
    </div>
  )
}
