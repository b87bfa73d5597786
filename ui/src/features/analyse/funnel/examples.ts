import type { CatalogEvent } from '@/api/types'

/**
 * What persons usually do, in the usual order; each stage by the names that people give it.
 * Registration stands apart: who comes back is registered already.
 */
const REGISTER = ['register', 'registered', 'sign_up', 'signed_up', 'signup']
const STAGES = [
  ['visit', 'page_view', 'page_viewed', 'pageview', 'app_open', 'app_opened', 'app_launch'],
  ['view_product', 'product_viewed', 'view_item', 'product_view', 'item_viewed'],
  ['add_to_cart', 'product_added', 'cart_added', 'apply', 'application_submitted'],
  ['checkout', 'begin_checkout', 'checkout_started', 'submit_order', 'order_created', 'approve', 'approved'],
  ['order_paid', 'pay', 'paid', 'payment', 'purchase', 'order_completed', 'disburse', 'disbursed'],
]
const EXAMPLES = 2

/** One or two funnels that this project can answer, as lists of event names; none when it has fewer than two activities. */
export function exampleFunnels(events: readonly CatalogEvent[]): string[][] {
  const known = new Map(events.map((event) => [event.name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_'), event.name]))
  const found = (names: readonly string[]) => names.map((name) => known.get(name)).find((name) => name !== undefined)
  const usual = STAGES.map(found).filter((name) => name !== undefined)
  const register = found(REGISTER)
  const last = usual.at(-1)
  const examples = usual.length > 1 ? [usual] : []
  if (register && last && last !== usual[0]) examples.push([register, last])
  if (examples.length > 0) return examples.slice(0, EXAMPLES)
  const common = events.filter((event) => event.activity).sort((a, b) => b.persons - a.persons || b.count - a.count)
  return common.length > 1 ? [common.slice(0, 2).map((event) => event.name)] : []
}
