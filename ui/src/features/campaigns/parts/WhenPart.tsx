import { InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/useFormat'
import { sendingSeconds, type Draft } from '../draft'
import { Part } from './Part'

export interface WhenPartProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  channelRate: number | undefined
  toSend: number | undefined
}

/** Now, and how fast. */
export function WhenPart({ draft, change, channelRate, toSend }: WhenPartProps) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const seconds = toSend ? sendingSeconds(toSend, draft.rate_per_minute, channelRate) : null
  return (
    <Part name="when">
      <p>{t('when.now')}</p>
      <div className="weir-field">
        <label htmlFor="campaign-rate">{t('when.rate')}</label>
        <span className="weir-row">
          <InputNumber id="campaign-rate" min={1} max={1_000_000} precision={0} value={draft.rate_per_minute || null} onChange={(value) => change({ rate_per_minute: value ?? 0 })} />
          <span>{t('when.rateUnit')}</span>
        </span>
        <p className="weir-faint">{channelRate ? t('when.rateHint', { rate: format.full(channelRate) }) : t('when.rateHintNone')}</p>
      </div>
      {seconds !== null && <p className="weir-soft">{seconds < 60 ? t('when.takesSoon') : t('when.takes', { time: format.duration(seconds) })}</p>}
    </Part>
  )
}
