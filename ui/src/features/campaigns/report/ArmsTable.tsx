import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import { useFormat } from '@/lib/useFormat'

/** Those written to and those left alone, side by side. */
export function ArmsTable({ arms, money }: { arms: NonNullable<CampaignReport['arms']>; money: boolean }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  return (
    // Wide tables scroll by themselves, also by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="weir-scroll-x" tabIndex={0} role="group" aria-label={t('report.liftTitle')}>
      <table className="weir-plain-table">
        <thead>
          <tr>
            <th scope="col">{t('report.arm')}</th><th scope="col">{t('report.persons')}</th><th scope="col">{t('report.convertedPersons')}</th><th scope="col">{t('report.rate')}</th>
            {money && <><th scope="col">{t('report.revenue')}</th><th scope="col">{t('report.perPerson')}</th></>}
          </tr>
        </thead>
        <tbody>
          {(['treatment', 'holdout'] as const).map((name) => (
            <tr key={name}>
              <th scope="row">{t(`report.${name}`)}</th>
              <td>{format.full(arms[name].persons)}</td><td>{format.full(arms[name].converted)}</td><td>{format.percent(arms[name].rate, 2)}</td>
              {money && <><td>{format.money(arms[name].revenue)}</td><td>{format.money(Math.round(arms[name].revenue_per_person * 100) / 100)}</td></>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
