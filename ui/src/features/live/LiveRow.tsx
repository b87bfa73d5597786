import { RightOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { LiveEvent, PropertyValue, RejectReason } from '@/api/types'
import { useProject } from '@/app/session'
import { useFormat } from '@/lib/useFormat'
import type { LiveItem } from '@/lib/live'

export interface LiveRowProps {
  item: LiveItem
  open: boolean
  onToggle: () => void
}

/** One line of the live view; it opens to everything that was sent. */
export const LiveRow = memo(function LiveRow({ item, open, onToggle }: LiveRowProps) {
  const { t } = useTranslation('live')
  const format = useFormat()
  const rejected = item.type === 'rejected'
  const name = rejected ? t('rejectedLabel') : item.event.name
  return (
    <li className={rejected ? 'weir-live-row weir-live-row-rejected' : 'weir-live-row'}>
      <button type="button" className="weir-live-line" aria-expanded={open} onClick={onToggle}>
        <span className="weir-live-time"><RightOutlined aria-hidden="true" rotate={open ? 90 : 0} />{format.time(item.time)}</span>
        <span className="weir-live-name">{rejected ? <Tag color="error">{name}</Tag> : name}</span>
        <span className="weir-live-who">{rejected ? t('via', { protocol: item.protocol }) : item.event.distinct_id}</span>
        <span className="weir-live-brief">{rejected ? item.reasons.map(reasonText).join('; ') : brief(item.event)}</span>
      </button>
      {open && (rejected ? <Reasons reasons={item.reasons} /> : <Details event={item.event} />)}
    </li>
  )
}, (before, after) => before.item === after.item && before.open === after.open)

/** The first properties in one line; those of Weir itself are in the details. */
function brief(event: LiveEvent): string {
  return Object.entries(event.properties).filter(([name]) => !name.startsWith('$')).slice(0, 6).map(([name, value]) => `${name}: ${valueText(value)}`).join('  ·  ')
}

function valueText(value: PropertyValue | undefined): string {
  if (Array.isArray(value)) return value.join(', ')
  return String(value ?? '')
}

function reasonText(reason: RejectReason): string {
  return reason.field ? `${reason.field}: ${reason.reason}` : reason.reason
}

function Reasons({ reasons }: { reasons: RejectReason[] }) {
  const { t } = useTranslation('live')
  return (
    <ul className="weir-live-details">
      {reasons.map((reason, index) => (
        <li key={index}>
          {reason.index !== undefined && <span className="weir-soft">{t('reasonAt', { index: reason.index + 1 })} </span>}
          {reason.id && <code>{reason.id} </code>}
          <b>{reasonText(reason)}</b>
        </li>
      ))}
    </ul>
  )
}

function Details({ event }: { event: LiveEvent }) {
  const { t } = useTranslation('live')
  const format = useFormat()
  const project = useProject()
  const properties = Object.entries(event.properties)
  return (
    <div className="weir-live-details">
      <dl className="weir-live-facts">
        <dt>{t('happened')}</dt><dd>{format.dateTime(event.time, true)}</dd>
        <dt>{t('received')}</dt><dd>{format.dateTime(event.received_at, true)} · {t('via', { protocol: event.protocol })}</dd>
        <dt>{t('distinctId')}</dt><dd><code>{event.distinct_id}</code></dd>
        {event.person && <><dt>{t('person')}</dt><dd><Link to={`/p/${project.id}/persons/${event.person}`}>{t('seePerson')}</Link></dd></>}
        <dt>{t('eventId')}</dt><dd><code>{event.id}</code></dd>
      </dl>
      {properties.length === 0 && <p className="weir-soft">{t('noProperties')}</p>}
      {properties.length > 0 && (
        <table className="weir-live-properties">
          <caption className="weir-visually-hidden">{t('columns.properties')}</caption>
          <tbody>
            {properties.map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td>{valueText(value)}</td></tr>)}
          </tbody>
        </table>
      )}
    </div>
  )
}
