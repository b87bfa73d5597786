// Made-up answers for looking at pages without a server. The shapes are the
// API's; the numbers mean nothing.

const day = 86_400_000
const now = Date.now()
const at = (ms) => new Date(ms).toISOString()
const localDay = (ms) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(ms)

export const account = { id: 'acc_1', email: 'owner@example.com', name: '陈晓', role: 'owner', language: '', theme: '', created_at: at(now - 90 * day) }
export const projects = [
  { id: 'prj_shop', name: '商城 App', timezone: 'Asia/Shanghai', week_start: 1, currency: 'CNY', write_key: 'wk_2hZxT7d8qPmYvQ4s', created_at: at(now - 90 * day), demo: true },
  { id: 'prj_loan', name: 'Lender', timezone: 'Europe/Berlin', week_start: 1, currency: 'EUR', write_key: 'wk_Lx81bbQp', created_at: at(now - 30 * day), demo: false },
]
export const session = { account, projects }

function trendSeries(name, level, money = false) {
  const values = Array.from({ length: 30 }, (_, i) => Math.round(level * (1 + 0.18 * Math.sin(i / 1.1) + i * 0.012 - (i === 29 ? 0.55 : 0))))
  return { name, breakdown: null, values, total: values.reduce((a, b) => a + b, 0) * (money ? 1 : 0.62) | 0 }
}

export function trend(body) {
  const levels = [4210, 380, 812, 96_300]
  const series = body.series.map((s, i) => trendSeries(JSON.stringify(s.event), levels[i % 4], i === 3))
  return {
    buckets: Array.from({ length: 30 }, (_, i) => localDay(now - (29 - i) * day)),
    series,
    compare: series.map((s, i) => ({ ...s, total: Math.round(s.total * [0.93, 1.12, 0.88, 0.9][i % 4]) })),
    incomplete: Array.from({ length: 30 }, (_, i) => i === 29),
    meta: { engine: 'kernel', elapsed_ms: 12, events_scanned: 1_204_331, persons_scanned: 52_001 },
  }
}

export const intake = { events_total: 1_204_331, persons_total: 52_001, last_event_at: at(now), last_minute: 214, rejected_last_hour: 3 }

export const events = ['$pageview', 'product_viewed', 'cart_added', 'order_paid', 'coupon_used', 'app_opened'].map((name, i) => ({ name, count: 400_000 >> i, persons: 40_000 >> i, last_seen: at(now - i * 60_000) }))

export const properties = [{ name: 'amount', types: ['number'], count: 9000 }, { name: 'platform', types: ['string'], count: 9000 }, { name: 'city', types: ['string'], count: 8800 }]

const segment = (id, name, persons) => ({ id, name, description: '', condition: { user: 'city', op: 'eq', value: '杭州' }, question: null, persons, created_at: at(now - 9 * day), updated_at: at(now - day), used_by: [] })
export const segments = [
  segment('seg_1', '30 天内加购未支付', 3812), segment('seg_2', 'Champions in Hangzhou', 911), segment('seg_3', '沉睡会员(90 天未活跃)', 12_650),
  segment('seg_4', 'First order, no second within 30 days', 5120), segment('seg_5', '高价值流失风险', 402),
]

const counts = (sent) => ({ audience: sent * 1.1 | 0, holdout: sent * 0.1 | 0, queued: 0, sent, delivered: sent, failed: 3, unconfirmed: 0, opened: sent * 0.31 | 0, clicked: sent * 0.06 | 0, unsubscribed: 4 })
const campaign = (id, name, status, days, sent) => ({
  id, name, status, segment: 'seg_1', subject: '有件东西还在等你', html: '<p>Hi {{ person.name }}</p>', text: '', holdout_percent: 10, goal: { event: 'order_paid', value: 'amount', days: 7 }, rate_per_minute: 600,
  counts: counts(sent), created_at: at(now - days * day), started_at: status === 'draft' ? null : at(now - days * day), finished_at: status === 'done' ? at(now - days * day + 3_600_000) : null,
})
export const campaigns = [
  campaign('cmp_1', '加购未支付唤回', 'done', 12, 3421), campaign('cmp_2', '沉睡会员优惠券', 'done', 20, 11_380), campaign('cmp_3', 'Second order nudge', 'sending', 1, 1200), campaign('cmp_4', '双旦预热', 'draft', 0, 0),
]

export function report(id) {
  const verdict = { cmp_1: 'gain', cmp_2: 'no_clear_difference', cmp_3: 'too_small' }[id] ?? 'too_small'
  const conversion = verdict === 'gain'
    ? { difference: 0.0312, low: 0.011, high: 0.0514, p: 0.002, relative: 0.34, relative_low: 0.1, relative_high: 0.6, extra_persons: 106, extra_persons_low: 37, extra_persons_high: 175 }
    : { difference: 0.0021, low: -0.004, high: 0.0083, p: 0.41, relative: 0.03, relative_low: -0.05, relative_high: 0.1, extra_persons: 23, extra_persons_low: -45, extra_persons_high: 94 }
  const arm = (persons, converted) => ({ persons, converted, rate: converted / persons, revenue: converted * 140, revenue_per_person: converted * 140 / persons })
  return { counts: counts(3421), goal: campaigns[0].goal, arms: { treatment: arm(3421, 410), holdout: arm(380, 34) }, lift: { conversion, revenue: null }, verdict, links: [], hours: [] }
}

export const accounts = [account, { ...account, id: 'acc_2', email: 'li@example.com', name: '李雷', role: 'editor' }, { ...account, id: 'acc_3', email: 'an.analyst@example.com', name: 'Ann', role: 'viewer' }]
export const tokens = [{ id: 'tok_1', name: 'Daily report', role: 'viewer', hint: 'x9Qa', created_at: at(now - 8 * day), last_used_at: at(now - 3_600_000) }, { id: 'tok_2', name: '同步到数据仓库', role: 'editor', hint: 'Pp01', created_at: at(now - 40 * day), last_used_at: null }]
export const email = { host: 'smtp.example.com', port: 587, security: 'starttls', username: 'weir', has_password: true, from_name: '商城', from_address: 'news@example.com', reply_to: '', rate_per_minute: 600, public_url: 'https://weir.example.com' }
export const suppressions = Array.from({ length: 7 }, (_, i) => ({ address: `user${i}@example.com`, reason: ['unsubscribed', 'bounced', 'manual'][i % 3], created_at: at(now - i * day) }))

export const persons = ['李雷', '韩梅梅', 'Zhang Wei', ''].map((name, i) => ({ id: `p_a${i}`, name, distinct_id: `u-10${i}`, distinct_ids: [`u-10${i}`], properties: { city: '杭州' }, first_seen: at(now - 50 * day), last_seen: at(now - i * 3_600_000), events: 120 - i }))

let made = 0
export function liveEvent() {
  made += 1
  const name = events[made % events.length].name
  return {
    id: `evt_${made}_${now}`, name, time: at(Date.now() - 800), received_at: at(Date.now()), distinct_id: made % 3 ? `u-10${made % 50}` : `anon-${made}f3c9-41aa`, person: `p_a${made % 4}`, protocol: made % 2 ? 'segment' : 'native',
    properties: { platform: ['ios', 'android', 'web'][made % 3], city: '杭州', amount: 199 + made, tags: ['new', 'vip'], url: 'https://shop.example.com/product/very/long/path?utm_source=wechat&utm_campaign=autumn' },
  }
}
export const liveReject = { time: at(now), protocol: 'native', reasons: [{ index: 2, id: 'evt_x', field: 'name', reason: 'is empty; give the event a name' }, { index: 5, id: '', field: 'properties.amount', reason: 'is not a finite number' }] }
