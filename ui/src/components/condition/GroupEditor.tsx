import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState, type DragEvent, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition, EventSet } from '@/query/types'
import styles from './condition.module.css'
import ItemMenu from './ItemMenu'
import * as model from './model'
import RowEditor from './RowEditor'

export interface GroupEditorProps {
  group: model.Group
  onChange: (group: model.Group) => void
  scope: model.Scope
  event?: EventSet
  /** The root is 0. Deeper than three levels nobody reads, so grouping ends there. */
  depth: number
  disabled?: boolean
}

const DEEPEST = 3

/** Rows beside a rail that says how they are joined. Rows move by dragging the rail's handle or by Alt and the arrow keys. */
export default function GroupEditor({ group, onChange, scope, event, depth, disabled }: GroupEditorProps) {
  const { t } = useTranslation('condition')
  const dragged = useRef<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const move = (from: number, to: number) => onChange(model.moveItem(group, from, to))
  const onKeyDown = (at: number) => (e: KeyboardEvent) => {
    if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return
    e.preventDefault()
    // Otherwise a row inside a nested group would move its group as well.
    e.stopPropagation()
    move(at, e.key === 'ArrowUp' ? at - 1 : at + 1)
  }
  const onDrop = (at: number) => (e: DragEvent) => {
    e.preventDefault()
    e.stopPropagation()
    if (dragged.current !== null) move(dragged.current, at)
    dragged.current = null
    setOver(null)
  }
  const first = model.kindsIn(scope)[0] as model.LeafKind
  return (
    <div className={styles.group} data-joint={group.joint}>
      {group.items.length > 1 && (
        <div className={styles.rail}>
          <button
            type="button"
            className={styles.joint}
            disabled={disabled}
            aria-label={t('builder.joint', { joint: t(`joint.${group.joint}`) })}
            onClick={() => onChange(model.switchJoint(group))}
          >
            {t(`joint.${group.joint}`)}
          </button>
        </div>
      )}
      <div className={styles.rows}>
        {group.items.map((item, i) => (
          // Keys and drops reach the row from the controls inside it; the row itself takes no focus.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
          <div
            key={i}
            className={over === i ? `${styles.item} ${styles.over}` : styles.item}
            role="group"
            aria-label={model.asGroup(item) ? t('builder.group') : t('builder.row', { n: i + 1 })}
            onKeyDown={onKeyDown(i)}
            onDragOver={(e) => {
              if (dragged.current === null) return
              e.preventDefault()
              setOver(i)
            }}
            onDragLeave={() => setOver(null)}
            onDrop={onDrop(i)}
          >
            {group.items.length > 1 && !disabled && (
              <span
                className={styles.handle}
                title={t('builder.drag', { n: i + 1 })}
                draggable
                aria-hidden
                onDragStart={(e) => {
                  e.stopPropagation()
                  dragged.current = i
                }}
                onDragEnd={() => {
                  dragged.current = null
                  setOver(null)
                }}
              >
                ⠿
              </span>
            )}
            <Item
              item={item}
              onChange={(next) => onChange(model.replaceItem(group, i, next))}
              scope={scope}
              event={event}
              depth={depth}
              disabled={disabled}
            />
            {!disabled && <ItemMenu group={group} at={i} onChange={onChange} canGroup={depth < DEEPEST} />}
          </div>
        ))}
        {!disabled && (
          <div className={styles.add}>
            <Button size="small" type="text" icon={<PlusOutlined aria-hidden />} onClick={() => onChange(model.addItem(group, model.newLeaf(first)))}>
              {t('builder.add')}
            </Button>
            {depth < DEEPEST && group.items.length > 0 && (
              <Button size="small" type="text" onClick={() => onChange(model.addItem(group, newGroup(group.joint, first)))}>
                {t('builder.add_group')}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  )
}

const newGroup = (outer: model.Joint, kind: model.LeafKind): Condition =>
  model.fromGroup({ joint: outer === 'all' ? 'any' : 'all', negated: false, items: [model.newLeaf(kind)] })

interface ItemProps {
  item: Condition
  onChange: (item: Condition) => void
  scope: model.Scope
  event?: EventSet
  depth: number
  disabled?: boolean
}

function Item({ item, onChange, scope, event, depth, disabled }: ItemProps) {
  const { t } = useTranslation('condition')
  const inner = model.asGroup(item)
  if (!inner) {
    const row = model.asRow(item)
    return <RowEditor row={row} onChange={(next) => onChange(model.fromRow(next))} scope={scope} event={event} disabled={disabled} />
  }
  return (
    <div className={styles.nested}>
      {inner.negated && <span className={styles.not}>{t('builder.not')}</span>}
      <GroupEditor
        group={inner}
        onChange={(next) => onChange(model.fromGroup(next))}
        scope={scope}
        event={event}
        depth={depth + 1}
        disabled={disabled}
      />
    </div>
  )
}
