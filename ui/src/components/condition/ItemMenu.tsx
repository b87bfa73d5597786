import { CloseOutlined, MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import styles from './condition.module.css'
import * as model from './model'

interface ItemMenuProps {
  group: model.Group
  at: number
  onChange: (group: model.Group) => void
  canGroup: boolean
}

/** What can be done with one row or group: move, negate, group, copy, delete. */
export default function ItemMenu({ group, at, onChange, canGroup }: ItemMenuProps) {
  const { t } = useTranslation('condition')
  const item = group.items[at]
  if (!item) return null
  const inner = model.asGroup(item)
  const negated = inner?.negated ?? model.asRow(item).negated
  const actions: Record<string, () => model.Group> = {
    up: () => model.moveItem(group, at, at - 1),
    down: () => model.moveItem(group, at, at + 1),
    negate: () => model.negateItem(group, at),
    duplicate: () => model.duplicateItem(group, at),
    wrap: () => model.wrapItem(group, at),
    dissolve: () => model.dissolveItem(group, at),
  }
  const items: NonNullable<MenuProps['items']> = [
    { key: 'up', label: t('builder.up'), disabled: at === 0 },
    { key: 'down', label: t('builder.down'), disabled: at === group.items.length - 1 },
    { key: 'negate', label: t(negated ? 'builder.positive' : 'builder.negate') },
    { key: 'duplicate', label: t('builder.duplicate') },
    inner
      ? { key: 'dissolve', label: t('builder.ungroup'), disabled: inner.negated }
      : { key: 'wrap', label: t('builder.into_group'), disabled: !canGroup },
  ]
  return (
    <span className={styles.menu}>
      <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => onChange((actions[key] as () => model.Group)()) }}>
        <Button
          size="small"
          type="text"
          icon={<MoreOutlined />}
          aria-label={t(inner ? 'builder.more_group' : 'builder.more', { n: at + 1 })}
        />
      </Dropdown>
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        aria-label={t('builder.remove', { n: at + 1 })}
        onClick={() => onChange(model.removeItem(group, at))}
      />
    </span>
  )
}
