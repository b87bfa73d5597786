import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CampaignAudience } from '@/api/types'
import { useProject } from '@/app/session'
import { useSegments } from '@/components/catalog'
import { ErrorState } from '@/components/ErrorState'
import { useFormat } from '@/lib/useFormat'
import type { Draft } from '../draft'
import { Part } from './Part'

export interface WhoPartProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  audience: CampaignAudience | undefined
  counting: boolean
  error: Error | null
}

/** The segment, and how many of its persons can be written to. */
export function WhoPart({ draft, change, audience, counting, error }: WhoPartProps) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const project = useProject()
  const segments = useSegments()
  const options = (segments.data ?? []).map((s) => ({ value: s.id, label: s.name, count: s.persons }))
  return (
    <Part
      name="who"
      extra={<span className="weir-row">
        {draft.segment && <Link to={`/p/${project.id}/segments/${draft.segment}`}>{t('who.seeSegment')}</Link>}
        <Link to={`/p/${project.id}/segments/new`}>{t('who.newSegment')}</Link>
      </span>}
    >
      <div className="weir-who-row">
        <div className="weir-field">
          <label htmlFor="campaign-segment">{t('who.segment')}</label>
          <Select
            id="campaign-segment"
            aria-label={t('who.segment')}
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('who.placeholder')}
            value={draft.segment || undefined}
            loading={segments.isPending}
            onChange={(segment: string) => change({ segment })}
            options={options}
            optionRender={(option) => <span className="weir-option"><span>{option.data.label}</span><span className="weir-faint">{format.number(option.data.count)}</span></span>}
          />
          <p className="weir-faint">{t('who.hint')}</p>
        </div>
        <div aria-live="polite" aria-busy={counting} className={counting ? 'weir-audience weir-stale' : 'weir-audience'}>
          {draft.segment === '' && <p className="weir-soft">{t('who.choose')}</p>}
          {draft.segment !== '' && error && <ErrorState error={error} compact />}
          {draft.segment !== '' && !error && <Counts audience={audience} />}
        </div>
      </div>
    </Part>
  )
}

/** From the segment down to those who get the mail, one line for everything that is taken off. */
function Counts({ audience }: { audience: CampaignAudience | undefined }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const lines: [string, number | undefined, string][] = [
    [t('who.inSegment'), audience?.segment_persons, ''],
    [t('who.noAddress'), audience?.no_address, '−'],
    [t('who.suppressed'), audience?.suppressed, '−'],
    [t('who.duplicate'), audience?.duplicate, '−'],
    [t('who.holdout'), audience?.holdout, '−'],
  ]
  return (
    <dl aria-label={t('who.counts')}>
      {lines.filter(([, count], index) => index === 0 || index === 4 || (count ?? 0) > 0).map(([name, count, sign]) => (
        <div key={name}><dt>{name}</dt><dd>{sign}{format.full(count)}</dd></div>
      ))}
      <div className="weir-audience-sum"><dt>{t('who.toSend')}</dt><dd>{format.full(audience?.to_send)}</dd></div>
    </dl>
  )
}
