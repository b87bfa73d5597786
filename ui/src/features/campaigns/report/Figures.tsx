import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import { useFormat } from '@/lib/useFormat'
import { rateOf } from '../model'

interface Figure {
  name: string
  value: number
  note: string
}

/** From sent to converted, each with what it is a share of. */
export function Figures({ report }: { report: CampaignReport }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const { counts, arms } = report
  const ofDelivered = (part: number) => t('report.ofSent', { share: format.percent(rateOf(part, counts.delivered)) })
  const failed = [
    counts.failed > 0 ? t('report.failedNote', { count: format.full(counts.failed) }) : '',
    counts.unconfirmed > 0 ? t('report.unconfirmed', { count: format.full(counts.unconfirmed) }) : '',
  ].filter(Boolean).join(' · ')
  const figures: Figure[] = [
    { name: t('report.sent'), value: counts.sent, note: t('report.ofAudience', { count: format.full(counts.audience) }) },
    { name: t('report.delivered'), value: counts.delivered, note: failed },
    { name: t('report.opened'), value: counts.opened, note: ofDelivered(counts.opened) },
    { name: t('report.clicked'), value: counts.clicked, note: ofDelivered(counts.clicked) },
    { name: t('report.unsubscribed'), value: counts.unsubscribed, note: ofDelivered(counts.unsubscribed) },
    ...(arms && report.goal ? [{ name: t('report.converted'), value: arms.treatment.converted, note: t('report.convertedNote', { share: format.percent(arms.treatment.rate) }) }] : []),
  ]
  return (
    <section className="weir-card" aria-label={t('report.figures')}>
      <dl className="weir-campaign-figures">
        {figures.map((figure) => (
          <div key={figure.name}>
            <dt className="weir-figure-label">{figure.name}</dt>
            <dd className="weir-figure" title={format.full(figure.value)}>{format.number(figure.value)}</dd>
            <dd className="weir-faint">{figure.note}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
