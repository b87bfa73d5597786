import { describe, expect, it } from 'vitest'
import { arity, finished, leafComplete, unfinishedRows } from './condition'
import { defaultQuestion } from './defaults'
import { addDays, daysBetween, isDate, resolveRange, todayIn } from './range'
import type { Condition, Question } from './types'
import { validate } from './validate'
import { wire, wireActors } from './wire'

describe('range', () => {
  // 2026-11-21 is a Saturday.
  const today = '2026-11-21'
  it.each([
    [{ last: 7 }, '2026-11-15', '2026-11-21'],
    [{ last: 1 }, '2026-11-21', '2026-11-21'],
    [{ preset: 'yesterday' }, '2026-11-20', '2026-11-20'],
    [{ preset: 'this_week' }, '2026-11-16', '2026-11-21'],
    [{ preset: 'last_week' }, '2026-11-09', '2026-11-15'],
    [{ preset: 'this_month' }, '2026-11-01', '2026-11-21'],
    [{ preset: 'last_month' }, '2026-10-01', '2026-10-31'],
    [{ preset: 'this_year' }, '2026-01-01', '2026-11-21'],
    [{ from: '2026-01-01', to: '2026-01-31' }, '2026-01-01', '2026-01-31'],
  ] as const)('%j', (range, from, to) => {
    expect(resolveRange(range, today)).toEqual({ from, to })
  })

  it('follows the first day of the week', () => {
    expect(resolveRange({ preset: 'this_week' }, '2026-11-22', 0)).toEqual({ from: '2026-11-22', to: '2026-11-22' })
    expect(resolveRange({ preset: 'this_week' }, '2026-11-22', 1).from).toBe('2026-11-16')
    expect(resolveRange({ preset: 'this_week' }, '2026-11-22', 7).from).toBe('2026-11-22')
  })

  it('knows what day it is where the project is', () => {
    const now = new Date('2026-11-21T17:00:00Z')
    expect(todayIn('Asia/Shanghai', now)).toBe('2026-11-22')
    expect(todayIn('America/New_York', now)).toBe('2026-11-21')
  })

  it('counts days over a change of clocks and a leap day', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31)
    expect(isDate('2026-02-29')).toBe(false)
  })
})

describe('conditions being written', () => {
  const done: Condition = { user: 'city', op: 'eq', value: 'Hangzhou' }
  it('drops rows without a property, value or event, and empty groups', () => {
    const draft: Condition = {
      all: [
        done,
        { user: '', op: 'eq' },
        { any: [{ property: 'x', op: 'eq', value: '' }] },
        { not: { tag: '', op: 'eq', value: 1 } },
        { did: { event: '' } },
      ],
    }
    expect(finished(draft)).toEqual({ all: [done] })
    expect(unfinishedRows(draft)).toBe(4)
    expect(finished({ any: [] })).toBeUndefined()
  })

  it('looks inside what a person did', () => {
    const draft: Condition = { did: { event: 'pay', where: { all: [{ property: '', op: 'eq' }] }, within: { last: 30, unit: 'day' } } }
    expect(finished(draft)).toEqual({ did: { event: 'pay', within: { last: 30, unit: 'day' } } })
    expect(unfinishedRows(draft)).toBe(1)
  })

  it.each([
    [{ did: { event: 'pay', measure: { sum: '' }, op: 'gt', value: 1 } }, false],
    [{ did: { event: 'pay', measure: { sum: 'amount' } } }, false],
    [{ did: { event: 'pay', measure: { sum: 'amount' }, op: 'gt', value: 0 } }, true],
    [{ did: { event: ['pay', 'buy'], op: 'between', value: [1, 2] } }, true],
    [{ did: { event: 'pay', op: 'between', value: [1] } }, false],
    [{ user: 'city', op: 'in', value: [] }, false],
    [{ user: 'city', op: 'is_set' }, true],
    [{ user: 'vip', op: 'eq', value: false }, true],
    [{ segment: '' }, false],
    [{ user: 'joined', op: 'within_last', value: { value: 7, unit: 'day' } }, true],
    [{ user: 'joined', op: 'within_last', value: 7 }, false],
  ] as [Condition, boolean][])('%j complete: %s', (condition, complete) => {
    expect(leafComplete(condition as never)).toBe(complete)
  })

  it('knows how many values an operator takes', () => {
    expect([arity('is_true'), arity('eq'), arity('in'), arity('between'), arity('within_last')]).toEqual([
      'none',
      'one',
      'many',
      'two',
      'span',
    ])
  })
})

describe('validate', () => {
  const codes = (q: Question): string[] => validate(q).map((p) => `${p.where}:${p.code}`)
  it('lets the defaults that need no choice be asked', () => {
    expect(codes(defaultQuestion('trend'))).toEqual([])
    expect(codes(defaultQuestion('retention'))).toEqual([])
    expect(codes(defaultQuestion('funnel'))).toEqual(['steps[0]:event_missing', 'steps[1]:event_missing'])
  })

  it('finds every problem at once', () => {
    const q: Question = {
      ...defaultQuestion('trend'),
      range: { from: '2026-02-01', to: '2026-01-01' },
      formula: 'A/C',
      series: [
        { event: [], measure: 'persons' },
        { event: 'pay', measure: { sum: '' } },
      ],
      breakdown: [{ property: '' }],
    }
    expect(codes(q)).toEqual([
      'range:range_reversed',
      'series[0]:event_missing',
      'series[1].measure:property_missing',
      'formula:formula_unknown',
      'breakdown[0]:breakdown_missing',
    ])
  })

  it.each([
    ['A/', 'formula_wrong'],
    ['(A', 'formula_wrong'],
    [')A(', 'formula_wrong'],
    ['A; drop', 'formula_wrong'],
    ['B', 'formula_unknown'],
  ])('formula %s: %s', (formula, code) => {
    expect(codes({ ...defaultQuestion('trend'), formula })).toEqual([`formula:${code}`])
  })

  it('bounds windows, periods and hours', () => {
    expect(codes({ ...defaultQuestion('retention'), periods: 0 })).toEqual(['periods:periods_wrong'])
    expect(codes({ ...defaultQuestion('trend'), interval: 'hour', range: { last: 90 } })).toEqual(['interval:too_many_buckets'])
    expect(codes({ ...defaultQuestion('funnel'), steps: [{ event: 'a' }], window: { value: 0, unit: 'day' } })).toEqual([
      'steps:too_few_steps',
      'window:window_wrong',
    ])
  })
})

describe('wire', () => {
  const calendar = { today: '2026-11-21', weekStart: 1 }
  it('sends dates, and nothing that is still being written', () => {
    const q: Question = {
      ...defaultQuestion('funnel'),
      steps: [{ event: 'a', where: { all: [{ property: '', op: 'eq' }] } }, { event: 'b' }],
      filter: { all: [] },
    }
    expect(wire(q, calendar)).toEqual({
      kind: 'funnel',
      range: { last: 30, unit: 'day' },
      steps: [{ event: 'a' }, { event: 'b' }],
      window: { value: 7, unit: 'day' },
      order: 'ordered',
    })
  })

  it('opens a cell with the same body', () => {
    const q: Question = { ...defaultQuestion('trend'), range: { from: '2026-11-01', to: '2026-11-20' } }
    expect(wireActors(q, calendar, { series: 0, bucket: '2026-11-01', breakdown: [null] })).toEqual({
      ...wire(q, calendar),
      actors: { series: 0, bucket: '2026-11-01', breakdown: [null] },
    })
  })

  it('holds the range of a dated cell fast, and lets the others move on', () => {
    const q = defaultQuestion('trend')
    expect(wireActors(q, calendar, { series: 0, bucket: '2026-11-01' }).range).toEqual({ from: '2026-10-23', to: '2026-11-21' })
    expect(wireActors(q, calendar, { series: 0 }).range).toEqual({ last: 30, unit: 'day' })
    expect(wireActors(defaultQuestion('retention'), calendar, { cohort: '2026-11-01', period: 2 }).range).toEqual({
      from: '2026-10-23',
      to: '2026-11-21',
    })
    expect(wire({ ...q, range: { preset: 'last_week' } }, calendar).range).toEqual({ from: '2026-11-09', to: '2026-11-15' })
  })
})
