import { Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { PersonIdentity } from '@/api/types'
import { useFormat } from '@/lib/useFormat'

/** The ids of the person: what kind, since when, and by which event. */
export function Identities({ identities }: { identities: PersonIdentity[] }) {
  const { t } = useTranslation('persons')
  const format = useFormat()
  return (
    <div className="weir-scroll">
      <table className="weir-properties">
        <thead>
          <tr><th scope="col">{t('identity.id')}</th><th scope="col">{t('identity.kind')}</th><th scope="col">{t('identity.joined')}</th><th scope="col">{t('identity.cause')}</th></tr>
        </thead>
        <tbody>
          {identities.map((identity) => (
            <tr key={identity.id}>
              <th scope="row"><code>{identity.id}</code></th>
              <td><Tag color={identity.known ? 'cyan' : undefined}>{t(identity.known ? 'identity.known' : 'identity.anonymous')}</Tag></td>
              <td>{format.dateTime(identity.joined_at, true)}</td>
              <td><code>{identity.cause}</code></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
