import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import type { RfmBoard, RfmGroup } from '@/api/types'
import { useFormat } from '@/lib/useFormat'
import { byMoney, shareOf } from './model'
import type { Places } from './usePlaces'

/** The eight groups as cards: four with much money, four with little. */
export function GroupCards({ board, places }: { board: RfmBoard; places: Places }) {
  const { t } = useTranslation('rfm')
  const { high, low } = byMoney(board.groups)
  return (
    <>
      {([['highMoney', high], ['lowMoney', low]] as const).map(([title, groups]) => (
        <section key={title} aria-labelledby={`rfm-${title}`}>
          <h2 id={`rfm-${title}`} className="weir-rfm-half">{t(title)}</h2>
          <ul className="weir-rfm-cards">
            {groups.map((group) => <GroupCard key={group.key} group={group} board={board} places={places} />)}
          </ul>
        </section>
      ))}
    </>
  )
}

function GroupCard({ group, board, places }: { group: RfmGroup; board: RfmBoard; places: Places }) {
  const { t } = useTranslation('rfm')
  const format = useFormat()
  const name = t(`names.${group.key}`)
  const share = shareOf(group.persons, board.persons)
  const facts: [string, string][] = [
    [t('revenue'), `${format.money(group.revenue)} · ${format.percent(shareOf(group.revenue, board.revenue))}`],
    [t('recency'), t('days', { n: format.full(group.average_recency_days, 1) })],
    [t('frequency'), t('times', { n: format.full(group.average_frequency, 1) })],
    [t('monetary'), format.money(Math.round(group.average_monetary * 100) / 100)],
  ]
  return (
    <li className="weir-card weir-rfm-card">
      <div className="weir-rfm-card-head">
        <h3>{name} <code>{group.code}</code></h3>
        <GroupMenu group={group} name={name} places={places} />
      </div>
      <p className="weir-faint">{t(`what.${group.key}`)}</p>
      <button type="button" className="weir-rfm-size" onClick={() => places.show({ group: group.key, code: group.code })}>
        <span className="weir-visually-hidden">{`${name} `}</span>
        <span className="weir-figure">{format.number(group.persons)}</span>{' '}
        <span className="weir-soft">{format.percent(share)}</span>
        <span className="weir-visually-hidden">{` ${t('see')}`}</span>
      </button>
      <div className="weir-rfm-bar" aria-hidden="true"><i style={{ width: `${(share ?? 0) * 100}%` }} /></div>
      <dl>{facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{group.persons > 0 ? value : '–'}</dd></div>)}</dl>
      <p className="weir-rfm-strategy"><b>{t('strategyTitle')}</b> {t(`strategy.${group.key}`)}</p>
    </li>
  )
}

function GroupMenu({ group, name, places }: { group: RfmGroup; name: string; places: Places }) {
  const { t } = useTranslation('rfm')
  const { save, startCampaign } = places
  const items: MenuProps['items'] = [
    { key: 'see', label: t('see'), onClick: () => places.show({ group: group.key, code: group.code }) },
    ...(save ? [{ key: 'save', label: t('save'), onClick: () => save(group.key) }] : []),
    ...(startCampaign ? [{ key: 'campaign', label: t('campaign'), onClick: () => startCampaign(group.key) }] : []),
  ]
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      <Button type="text" size="small" icon={<MoreOutlined aria-hidden="true" />} aria-label={t('actions', { name })} />
    </Dropdown>
  )
}
