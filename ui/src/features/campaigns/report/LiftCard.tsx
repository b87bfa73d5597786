import { useTranslation } from 'react-i18next'
import type { Campaign, CampaignReport, ConversionLift } from '@/api/types'
import { useNames } from '@/components/catalog'
import { useFormat } from '@/lib/useFormat'
import { extraMoney, extraPersons, readingOf } from '../model'
import { ArmsTable } from './ArmsTable'
import { GoalEdit } from './GoalEdit'
import { IntervalBar } from './IntervalBar'
import { toneClass, useWords } from './words'

/** Did it work? In words first, then drawn, then both arms side by side. */
export function LiftCard({ campaign, report }: { campaign: Campaign; report: CampaignReport }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const names = useNames()
  const words = useWords()
  const reading = readingOf(report)
  const persons = words.persons(report)
  const money = words.money(report)
  const goal = report.goal
  const signed = (write: (value: number) => string) => (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${write(Math.abs(value))}`
  return (
    <section className="weir-card weir-lift" aria-labelledby="campaign-lift">
      <div className="weir-card-head">
        <h2 id="campaign-lift">{t('report.liftTitle')}</h2>
        <GoalEdit campaign={campaign} />
      </div>
      {persons && <p className={`weir-lift-words ${toneClass[persons.tone]}`}>{persons.text}</p>}
      {money && <p className={`weir-lift-money ${toneClass[money.tone]}`}>{money.text}</p>}
      {reading === 'too_small' && <p className="weir-soft">{t('report.tooSmallText')}</p>}
      {reading === 'clear' && report.lift?.conversion && (
        <div className="weir-intervals">
          <IntervalBar label={t('report.personsInterval')} estimate={extraPersons(report.lift.conversion)} write={signed((v) => format.full(v, 0))} />
          {report.lift.revenue && <IntervalBar label={t('report.moneyInterval')} estimate={extraMoney(report.lift.revenue)} write={signed((v) => format.money(Math.round(v)))} />}
        </div>
      )}
      {report.arms && reading !== 'waiting' && <ArmsTable arms={report.arms} money={Boolean(goal?.value)} />}
      <div className="weir-lift-notes weir-soft">
        {goal && <p>{t('report.goalIs', { event: names.event(goal.event) ?? goal.event, days: goal.days })}</p>}
        {reading === 'clear' && report.lift?.conversion && <Relative lift={report.lift.conversion} />}
        {report.incomplete === true && <p>{t('report.incomplete', { count: report.open ?? 0 })}</p>}
        {(report.crossed ?? 0) > 0 && <p>{t('report.crossed', { count: report.crossed })}</p>}
      </div>
    </section>
  )
}

function Relative({ lift }: { lift: ConversionLift }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  if (lift.relative === null) return null
  const signed = (share: number | null) => `${share !== null && share > 0 ? '+' : ''}${format.percent(share)}`
  return <p>{t('report.relative', { value: signed(lift.relative), low: signed(lift.relative_low), high: signed(lift.relative_high) })}</p>
}
