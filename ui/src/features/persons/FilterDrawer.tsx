import { Button, Drawer } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Condition } from '@/query/types'
import { BlockLoading } from '@/components/Loading'
import { finished } from '@/query/condition'

// Only who filters needs the builder; the list opens without it.
const ConditionBuilder = lazy(() => import('@/components/condition/ConditionBuilder'))

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
      <Suspense fallback={<BlockLoading height={160} />}>
        <ConditionBuilder value={draft} onChange={setDraft} scope="person" sentence />
      </Suspense>
    </Drawer>
  )
}
