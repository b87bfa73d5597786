import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Draft } from '../draft'
import { GoalFields } from './GoalFields'
import { Part } from './Part'

export function GoalPart({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation('campaigns')
  return (
    <Part name="goal" extra={draft.goal && <Button size="small" type="text" onClick={() => change({ goal: null })}>{t('goal.remove')}</Button>}>
      <GoalFields goal={draft.goal} onChange={(goal) => change({ goal })} />
      {draft.goal && <p className="weir-faint">{t('goal.hint')}</p>}
    </Part>
  )
}
