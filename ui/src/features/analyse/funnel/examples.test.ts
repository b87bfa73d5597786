import { describe, expect, it } from 'vitest'
import { exampleFunnels } from './examples'

const catalog = (...names: string[]) => names.map((name, i) => ({ name, count: 100 + i, persons: 10 + i, activity: !name.startsWith('$'), first_seen: null, last_seen: '2026-11-01T00:00:00Z' }))

describe('exampleFunnels', () => {
  it('follows a shop from the visit to the payment, whatever the order of its catalogue', () => {
    expect(exampleFunnels(catalog('order_paid', '$message_sent', 'view_product', 'register', 'visit', 'add_to_cart'))).toEqual([
      ['visit', 'view_product', 'add_to_cart', 'order_paid'],
      ['register', 'order_paid'],
    ])
  })
  it('keeps the names as the project writes them', () => {
    expect(exampleFunnels(catalog('Product Viewed', 'Order Completed'))).toEqual([['Product Viewed', 'Order Completed']])
  })
  it('takes the two activities of most persons when no name is usual', () => {
    expect(exampleFunnels(catalog('$identify', 'lesson', 'quiz', 'exam'))).toEqual([['exam', 'quiz']])
  })
  it('offers nothing where there is nothing to compare', () => {
    expect(exampleFunnels([])).toEqual([])
    expect(exampleFunnels(catalog('hello', '$identify'))).toEqual([])
  })
})
