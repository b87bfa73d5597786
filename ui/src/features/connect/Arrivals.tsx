import { CheckCircleFilled } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { request } from '@/api/request'
import type { IntakeResult, LiveEvent, RejectReason } from '@/api/types'
import { useProject } from '@/app/session'
import { errorText } from '@/components/ErrorState'
import { useLive, type LiveItem } from '@/lib/live'
import { useFormat } from '@/lib/useFormat'
import { encode } from '@/query/address'
import { defaultQuestion } from '@/query/defaults'
import { funnelSteps } from './snippets'

/** Waits for events, shows the newest as it comes in, and offers what to do with it. */
export function Arrivals() {
  const { t } = useTranslation('connect')
  const project = useProject()
  const { items, status } = useLive(project.id)
  // What the server repeats from before this page was opened is no arrival. Its clock may
  // differ from ours, so the time alone does not decide.
  const [openedAt] = useState(() => Date.now() - 5000)
  const fresh = items.filter((item) => !item.replayed || Date.parse(item.time) >= openedAt)
  const events = fresh.filter((item): item is Extract<LiveItem, { type: 'event' }> => item.type === 'event')
  const rejected = fresh.find((item) => item.type === 'rejected')
  const newest = events[0]
  return (
    <div aria-live="polite">
      {status === 'lost' && <p className="weir-loss">{t('lost')}</p>}
      {!newest && <Waiting />}
      {newest && <Arrived event={newest.event} names={events.map((item) => item.event.name).reverse()} />}
      {rejected?.type === 'rejected' && <Refused reasons={rejected.reasons} />}
      <ul className="weir-arrivals">
        {events.slice(1, 6).map((item) => <ArrivalLine key={item.key} event={item.event} />)}
      </ul>
    </div>
  )
}

function Waiting() {
  const { t } = useTranslation('connect')
  return (
    <div className="weir-waiting">
      <svg width="72" height="40" viewBox="0 0 72 40" aria-hidden="true" focusable="false" className="weir-waiting-water">
        <path d="M4 8h18q6 0 6 6t6 6h8q6 0 6 6t6 6h14" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
      </svg>
      <div>
        <p className="weir-waiting-title">{t('waiting')}</p>
        <p className="weir-soft">{t('waitingText')}</p>
      </div>
      <TestEvent />
    </div>
  )
}

function TestEvent() {
  const { t } = useTranslation('connect')
  const project = useProject()
  const { message } = App.useApp()
  const send = useMutation({
    mutationFn: () => request<IntakeResult>('POST', `/projects/${project.id}/events`, {
      events: ['test_started', 'test_finished'].map((name) => ({ name, distinct_id: 'test-user', properties: { source: 'connect page' } })),
    }, { headers: { 'X-Write-Key': project.write_key } }),
    onSuccess: () => void message.success(t('testSent')),
    onError: (error) => void message.error(errorText(error, t)),
  })
  return (
    <div className="weir-waiting-test">
      <p className="weir-soft">{t('testHint')}</p>
      <Button loading={send.isPending} onClick={() => send.mutate()}>{t('sendTest')}</Button>
    </div>
  )
}

function Arrived({ event, names }: { event: LiveEvent; names: string[] }) {
  const { t } = useTranslation('connect')
  const project = useProject()
  const format = useFormat()
  const properties = Object.entries(event.properties).slice(0, 8)
  return (
    <div className="weir-arrived" data-testid="first-event">
      <p className="weir-arrived-title"><CheckCircleFilled aria-hidden="true" /> {t('arrived')} <span className="weir-soft">{names.length > 1 && t('arrivedCount', { count: names.length })}</span></p>
      <p className="weir-arrived-name">{event.name}</p>
      <p className="weir-soft">{t('arrivedText', { who: event.distinct_id, protocol: event.protocol })} · {format.time(event.received_at)}</p>
      {properties.length > 0 && (
        <dl className="weir-arrived-properties">
          {properties.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{Array.isArray(value) ? value.join(', ') : String(value)}</dd></div>)}
        </dl>
      )}
      <div className="weir-row">
        <Link className="weir-button-link" to={`/p/${project.id}/funnel?${funnelOf(names)}`}>{t('seeFunnel')}</Link>
        {event.person && <Link to={`/p/${project.id}/persons/${event.person}`}>{t('seePerson')}</Link>}
        <Link to={`/p/${project.id}/live`}>{t('seeLive')}</Link>
        <Link to={`/p/${project.id}/desk`}>{t('goDesk')}</Link>
      </div>
    </div>
  )
}

/** The address of a funnel through what arrived, in that order. */
function funnelOf(names: string[]): string {
  const steps = funnelSteps(names).map((event) => ({ event }))
  return encode({ question: { ...defaultQuestion('funnel'), steps }, view: {} })
}

function Refused({ reasons }: { reasons: RejectReason[] }) {
  const { t } = useTranslation('connect')
  return (
    <div className="weir-refused" role="alert">
      <p><b>{t('rejectedTitle')}</b></p>
      <ul>{reasons.slice(0, 5).map((reason, index) => <li key={index}>{reason.field && <code>{reason.field}</code>} {reason.reason}</li>)}</ul>
      <p className="weir-soft">{t('rejectedText')}</p>
    </div>
  )
}

function ArrivalLine({ event }: { event: LiveEvent }) {
  const format = useFormat()
  return <li><span className="weir-num weir-soft">{format.time(event.received_at)}</span> <b>{event.name}</b> <span className="weir-soft">{event.distinct_id}</span></li>
}
