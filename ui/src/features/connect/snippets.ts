// What to paste where. Each snippet is complete: with the address of this
// server and the project's write key, it sends an event when it is run.

export type Way = 'curl' | 'node' | 'browser' | 'native'

export interface Snippet {
  way: Way
  /** What to install first, if anything. */
  install?: string
  code: string
}

export interface Target {
  /** Scheme, host and port of this server, such as «https://weir.example.com». */
  origin: string
  writeKey: string
  project: string
}

export const ways: Way[] = ['curl', 'node', 'browser', 'native']

export function snippet(way: Way, target: Target): Snippet {
  switch (way) {
    case 'curl': return { way, code: curl(target) }
    case 'node': return { way, install: 'npm install @segment/analytics-node', code: node(target) }
    case 'browser': return { way, install: 'npm install @segment/analytics-next', code: browser(target) }
    case 'native': return { way, code: native(target) }
  }
}

function curl({ origin, writeKey }: Target): string {
  return `curl ${origin}/v1/batch \\
  -u '${writeKey}:' \\
  -H 'Content-Type: application/json' \\
  -d '{"batch": [
    {"type": "track", "userId": "u-1001",
     "event": "product_viewed", "properties": {"platform": "ios"}},
    {"type": "track", "userId": "u-1001",
     "event": "order_paid", "properties": {"platform": "ios", "amount": 199}}
  ]}'`
}

function node({ origin, writeKey }: Target): string {
  return `import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({
  writeKey: '${writeKey}',
  host: '${origin}',
})

const userId = 'u-1001'
analytics.identify({ userId, traits: { name: 'Li Lei', email: 'lilei@example.com' } })
analytics.track({ userId, event: 'product_viewed', properties: { platform: 'ios' } })
analytics.track({ userId, event: 'order_paid', properties: { platform: 'ios', amount: 199 } })

await analytics.closeAndFlush()`
}

function browser({ origin, writeKey }: Target): string {
  const url = new URL(origin)
  return `import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load(
  { writeKey: '${writeKey}', cdnURL: '${origin}' },
  { integrations: { 'Segment.io': { apiHost: '${url.host}/v1', protocol: '${url.protocol.replace(':', '')}' } } },
)

analytics.page()
analytics.identify('u-1001', { name: 'Li Lei' })
analytics.track('product_viewed', { platform: 'web' })
analytics.track('order_paid', { platform: 'web', amount: 199 })`
}

function native({ origin, writeKey, project }: Target): string {
  return `curl ${origin}/api/v1/projects/${project}/events \\
  -H 'X-Write-Key: ${writeKey}' \\
  -H 'Content-Type: application/json' \\
  -d '{"events": [
    {"name": "product_viewed", "distinct_id": "u-1001",
     "properties": {"platform": "ios"}},
    {"name": "order_paid", "distinct_id": "u-1001",
     "properties": {"platform": "ios", "amount": 199},
     "set": {"city": "Hangzhou"}}
  ]}'`
}

/** The events that make a funnel of what arrived (oldest first): each name once, what is stored about a person left out. */
export function funnelSteps(names: string[]): string[] {
  const told = new Set(names.filter((name) => !name.startsWith('$') || name === '$pageview' || name === '$screen'))
  const steps = [...told].slice(0, 5)
  return steps.length === 1 ? [...steps, ''] : steps
}
