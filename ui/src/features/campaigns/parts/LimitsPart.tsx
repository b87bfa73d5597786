import { InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useProject } from '@/app/session'
import type { Draft } from '../draft'
import { Part } from './Part'

/** Who is left alone, and who is never written to. */
export function LimitsPart({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  return (
    <Part name="limits">
      <div className="weir-field">
        <label htmlFor="campaign-holdout">{t('limits.holdout')}</label>
        <span className="weir-row">
          <InputNumber id="campaign-holdout" min={0} max={90} value={draft.holdout_percent} onChange={(value) => change({ holdout_percent: value ?? 0 })} />
          <span>%</span>
        </span>
        <p className="weir-faint">{t('limits.holdoutHint')}</p>
      </div>
      <p className="weir-soft">{t('limits.once')}</p>
      <p className="weir-soft">{t('limits.suppression')} <Link to={`/p/${project.id}/settings/suppressions`}>{t('limits.suppressionLink')}</Link></p>
    </Part>
  )
}
