import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import { useFormat } from '@/lib/useFormat'

/** How often each link of the mail was clicked, the most clicked first. */
export function LinksCard({ links }: { links: CampaignReport['links'] }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  return (
    <section className="weir-card" aria-labelledby="campaign-links">
      <div className="weir-card-head"><h2 id="campaign-links">{t('report.links')}</h2></div>
      {links.length === 0 ? <p className="weir-soft">{t('report.noLinks')}</p> : (
        <table className="weir-plain-table weir-links">
          <thead><tr><th scope="col">{t('report.url')}</th><th scope="col">{t('report.clickers')}</th><th scope="col">{t('report.clicks')}</th></tr></thead>
          <tbody>
            {links.map((link) => (
              <tr key={link.url}>
                <th scope="row"><span title={link.url}>{link.url}</span></th>
                <td>{format.full(link.persons)}</td><td>{format.full(link.clicks)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
