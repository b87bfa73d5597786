import { useTranslation } from 'react-i18next'
import { intervalScale, type Estimate } from '../model'

export interface IntervalBarProps {
  label: string
  estimate: Estimate
  write: (value: number) => string
}

/** An amount with its 95 % interval on an axis with zero; the picture repeats what the sentence says. */
export function IntervalBar({ label, estimate, write }: IntervalBarProps) {
  const { t } = useTranslation('campaigns')
  const scale = intervalScale(estimate)
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  const spoken = t('report.interval', { label, value: write(estimate.value), low: write(estimate.low), high: write(estimate.high) })
  return (
    <figure className={`weir-interval weir-interval-${estimate.tone}`} role="img" aria-label={spoken}>
      <figcaption>{label}</figcaption>
      <div className="weir-interval-axis">
        <i className="weir-interval-zero" style={{ left: percent(scale.zero) }} />
        <i className="weir-interval-range" style={{ left: percent(scale.low), width: percent(scale.high - scale.low) }} />
        <i className="weir-interval-value" style={{ left: percent(scale.value) }} />
      </div>
      <div className="weir-interval-ends">
        <span style={{ left: percent(scale.low) }}>{write(estimate.low)}</span>
        <span style={{ left: percent(scale.high) }}>{write(estimate.high)}</span>
        {apart(scale.zero, scale.low) && apart(scale.zero, scale.high) && <span className="weir-faint" style={{ left: percent(scale.zero) }}>0</span>}
      </div>
    </figure>
  )
}

/** Whether two labels have room beside each other. */
function apart(a: number, b: number): boolean {
  return Math.abs(a - b) > 0.12
}
