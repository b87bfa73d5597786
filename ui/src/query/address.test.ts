import { describe, expect, it } from 'vitest'
import { Random, randomQuestion } from '@/testing/questions'
import { decode, encode, type View } from './address'
import { defaultQuestion } from './defaults'
import type { Funnel, Kind, Trend } from './types'

describe('address', () => {
  it('gives back every one of 3,000 random questions', () => {
    const random = new Random(20260131)
    for (let i = 0; i < 3000; i++) {
      const question = randomQuestion(random)
      const view: View = random.below(2) === 0 ? {} : { chart: 'bar', 'a b': 'c&d=e' }
      const search = encode({ question, view })
      const back = decode(question.kind, search)
      expect(back, search).toEqual({ question, view, unread: [] })
      // A browser may escape more than we do, and must still lead to the same page.
      expect(decode(question.kind, new URL(`http://weir/?${search}`).search), search).toEqual({ question, view, unread: [] })
    }
  })

  it.each<Kind>(['trend', 'funnel', 'retention'])('says nothing for the default %s', (kind) => {
    expect(encode({ question: defaultQuestion(kind), view: {} })).toBe('')
    expect(decode(kind, '')).toEqual({ question: defaultQuestion(kind), view: {}, unread: [] })
  })

  it('can be read by people', () => {
    const question: Funnel = {
      kind: 'funnel',
      range: { last: 90 },
      window: { value: 1, unit: 'day' },
      order: 'ordered',
      steps: [
        { event: 'view_item' },
        { event: ['cart', 'favorite'] },
        { event: 'pay', where: { property: 'amount', op: 'gt', value: 100 } },
      ],
      breakdown: [{ property: 'platform', of_step: 1 }],
    }
    expect(encode({ question, view: { show: 'trend' } })).toBe(
      'range=last90&steps=!((event:view_item),(event:!(cart,favorite)),(event:pay,where:(property:amount,op:gt,value:100)))' +
        '&window=(value:1,unit:day)&breakdown=!((property:platform,of_step:1))&view.show=trend',
    )
  })

  it('names what it cannot read and keeps the rest', () => {
    const back = decode(
      'trend',
      '?range=lastly&interval=fortnight&series=!((event:pay,measure:persons,weight:3))&formula=A/B&colour=red&filter=(((',
    )
    expect(back.unread).toEqual(['range', 'interval', 'series[0].weight', 'colour', 'filter'])
    expect(back.question).toEqual({ ...defaultQuestion('trend'), formula: 'A/B' } satisfies Trend)
  })

  it.each([
    'range=2026-02-30..2026-03-01',
    'range=last',
    'filter=(all:1)',
    'filter=(user:city)',
    'filter=(user:a,tag:b,op:eq)',
    'breakdown=!((of_step:1))',
    'series=!((event:1,measure:persons))',
    '%E0%A4%A=1',
    'constructor=1',
  ])('does not take %s', (search) => {
    expect(decode('trend', search).unread).toHaveLength(1)
  })
})
