// The live stream of a project: what arrives now, newest first. The buffer is
// plain data; the hook keeps one connection and hands over what came in at most
// five times a second, so that a flood of events does not stall the page.

import { useEffect, useState } from 'react'
import { apiBase } from '@/api/request'
import type { LiveEvent, LiveReject, RejectReason } from '@/api/types'

export type LiveItem =
  | { type: 'event'; key: string; time: string; replayed?: boolean; event: LiveEvent }
  | { type: 'rejected'; key: string; time: string; replayed?: boolean; protocol: string; reasons: RejectReason[] }

/** How many lines are kept: the server's ring is as long. */
export const liveCapacity = 500

/** Puts arrivals (oldest first) on top; an event that is known already (the server repeats its ring on reconnecting) stays where it is. */
export function addItems(items: LiveItem[], arrivals: LiveItem[], capacity = liveCapacity): LiveItem[] {
  const known = new Set(items.map((item) => item.key))
  const fresh: LiveItem[] = []
  for (const item of arrivals) {
    if (known.has(item.key)) continue
    known.add(item.key)
    fresh.push(item)
  }
  if (fresh.length === 0) return items
  return [...fresh.reverse(), ...items].slice(0, capacity)
}

/** Reads one message of the stream; null for what is not understood. */
export function readMessage(kind: 'event' | 'rejected', data: string): LiveItem | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(data)
  } catch {
    return null
  }
  if (typeof parsed !== 'object' || parsed === null) return null
  if (kind === 'event') {
    const event = parsed as LiveEvent
    if (typeof event.name !== 'string') return null
    return { type: 'event', key: `e:${event.id}`, time: event.received_at ?? event.time, event: { ...event, properties: event.properties ?? {} } }
  }
  const reject = parsed as LiveReject
  const reasons = (reject.reasons ?? []).map((reason): RejectReason => (typeof reason === 'string' ? { reason } : reason))
  return { type: 'rejected', key: `r:${reject.time}:${JSON.stringify(reasons).slice(0, 200)}`, time: reject.time, protocol: reject.protocol ?? '', reasons }
}

export interface LiveFilter {
  text: string
  show: 'all' | 'event' | 'rejected'
}

/** Whether a line fits: every typed word occurs in its name, ids, properties or reasons. */
export function matches(item: LiveItem, filter: LiveFilter): boolean {
  if (filter.show !== 'all' && item.type !== filter.show) return false
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const text = (item.type === 'event'
    ? `${item.event.name} ${item.event.distinct_id} ${item.event.person} ${item.event.id} ${item.event.protocol} ${JSON.stringify(item.event.properties)}`
    : `${item.protocol} ${item.reasons.map((reason) => `${reason.id ?? ''} ${reason.field ?? ''} ${reason.reason}`).join(' ')}`).toLowerCase()
  return words.every((word) => text.includes(word))
}

export type LiveStatus = 'connecting' | 'open' | 'lost'

const handOver = 200
const retryAfter = 3000

/** The server opens a stream with what came before; lines of the first moment are taken for that. */
const replayTime = 700

/** Follows a project's stream for as long as the component is shown. */
export function useLive(project: string): { items: LiveItem[]; status: LiveStatus } {
  const [items, setItems] = useState<LiveItem[]>([])
  const [status, setStatus] = useState<LiveStatus>('connecting')
  useEffect(() => {
    let source: EventSource | null = null
    let waiting: LiveItem[] = []
    let retry: ReturnType<typeof setTimeout> | undefined
    let openedAt = Infinity
    const flush = setInterval(() => {
      if (waiting.length === 0) return
      const arrivals = waiting
      waiting = []
      setItems((before) => addItems(before, arrivals))
    }, handOver)
    const take = (kind: 'event' | 'rejected') => (message: MessageEvent<string>) => {
      const item = readMessage(kind, message.data)
      if (item) waiting = [...waiting.slice(-liveCapacity), { ...item, replayed: performance.now() - openedAt < replayTime }]
    }
    function connect() {
      source = new EventSource(`${apiBase}/projects/${project}/live`)
      source.onopen = () => {
        openedAt = performance.now()
        setStatus('open')
      }
      source.onmessage = take('event')
      source.addEventListener('event', take('event'))
      source.addEventListener('rejected', take('rejected'))
      source.onerror = () => {
        setStatus('lost')
        // The browser reconnects by itself, but gives up when the server answered with an error.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, retryAfter)
      }
    }
    setItems([])
    setStatus('connecting')
    connect()
    return () => {
      source?.close()
      clearInterval(flush)
      clearTimeout(retry)
    }
  }, [project])
  return { items, status }
}
