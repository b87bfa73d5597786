import { Button, Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition } from '@/query/types'
import ConditionBuilder from '@/components/condition/ConditionBuilder'
import { finished } from '@/query/condition'

export interface FilterDrawerProps {
  open: boolean
  value: Condition | undefined
  onClose: () => void
  onApply: (value: Condition | undefined) => void
}

/** Writes a condition over persons beside the list. */
export function FilterDrawer({ open, value, onClose, onApply }: FilterDrawerProps) {
  const { t } = useTranslation('persons')
  const [draft, setDraft] = useState(value)
  useEffect(() => {
    if (open) setDraft(value)
  }, [open, value])
  return (
    <Drawer
      open={open}
      title={t('filterTitle')}
      size={640}
      onClose={onClose}
      destroyOnHidden
      footer={(
        <div className="weir-row">
          <Button type="primary" onClick={() => onApply(finished(draft))}>{t('apply')}</Button>
          <Button onClick={() => onApply(undefined)}>{t('clearFilter')}</Button>
        </div>
      )}
    >
      <ConditionBuilder value={draft} onChange={setDraft} scope="person" sentence />
    </Drawer>
  )
}
