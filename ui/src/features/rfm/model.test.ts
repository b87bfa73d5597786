import { describe, expect, it } from 'vitest'
import type { RfmBoard, RfmSettings } from '@/api/types'
import { byMoney, compareBoards, complete, gridRows, groupCondition, sameSettings, thresholdSign, withMethod } from './model'

const settings: RfmSettings = {
  event: 'order_paid', value: 'amount', days: 180,
  recency: { method: 'fixed', threshold: 30 }, frequency: { method: 'mean', threshold: 0 }, monetary: { method: 'mean', threshold: 0 },
}
const group = (key: string, code: string, persons: number) => ({ key, code, persons, revenue: persons * 10, average_recency_days: 3, average_frequency: 2, average_monetary: 10 })
const groups = [group('champions', 'HHH', 5), group('potential', 'HLH', 3), group('general_value', 'HHL', 2)]
const board = { groups } as RfmBoard

describe('board', () => {
  it('parts groups by money', () => {
    const { high, low } = byMoney(groups)
    expect(high.map((g) => g.key)).toEqual(['champions', 'potential'])
    expect(low.map((g) => g.key)).toEqual(['general_value'])
  })
  it('puts the best R on top, makes areas follow persons and depth follow money', () => {
    const rows = gridRows([{ r: 5, fm: 5, persons: 100, revenue: 900 }, { r: 1, fm: 1, persons: 25, revenue: 0 }])
    expect(rows).toHaveLength(5)
    expect(rows[0]?.map((cell) => [cell.r, cell.fm])).toEqual([[5, 1], [5, 2], [5, 3], [5, 4], [5, 5]])
    expect(rows[0]?.[4]).toMatchObject({ persons: 100, size: 1, depth: 1 })
    expect(rows[4]?.[0]).toMatchObject({ persons: 25, size: 0.5, depth: 0 })
    expect(rows[2]?.[2]).toMatchObject({ persons: 0, size: 0 })
  })
  it('survives a board without anybody', () => {
    expect(gridRows([]).flat().every((cell) => cell.size === 0 && cell.depth === 0)).toBe(true)
  })
  it('compares sizes group by group', () => {
    expect(compareBoards(board, { groups: [group('champions', 'HHH', 9)] } as RfmBoard)).toEqual([{ key: 'champions', code: 'HHH', now: 5, after: 9 }])
    expect(compareBoards(undefined, board)[0]).toMatchObject({ now: 0, after: 5 })
  })
  it('names a group by its tag', () => {
    expect(groupCondition('keep')).toEqual({ tag: 'rfm', op: 'eq', value: 'keep' })
  })
})

describe('settings', () => {
  it('are the same when only unused thresholds differ', () => {
    expect(sameSettings(settings, { ...settings, frequency: { method: 'mean', threshold: 9 } })).toBe(true)
    expect(sameSettings(settings, { ...settings, recency: { method: 'fixed', threshold: 31 } })).toBe(false)
    expect(sameSettings({ ...settings, monetary: { method: 'quintile', threshold: 0 } }, { ...settings, monetary: { method: 'quintile', threshold: 4 } })).toBe(true)
    expect(sameSettings(settings, { ...settings, days: 90 })).toBe(false)
  })
  it('start a new method with a threshold that fits', () => {
    expect(withMethod({ method: 'mean', threshold: 0 }, 'fixed', 2.638)).toEqual({ method: 'fixed', threshold: 2.64 })
    expect(withMethod({ method: 'mean', threshold: 0 }, 'quintile', 2.638)).toEqual({ method: 'quintile', threshold: 4 })
    expect(withMethod({ method: 'fixed', threshold: 7 }, 'fixed', 2)).toEqual({ method: 'fixed', threshold: 7 })
  })
  it('are tried out only when complete', () => {
    expect(complete(settings)).toBe(true)
    expect(complete({ ...settings, value: '' })).toBe(false)
  })
  it.each([
    ['recency', 'fixed', '≤'], ['recency', 'mean', '<'], ['recency', 'quintile', '≤'],
    ['monetary', 'fixed', '≥'], ['monetary', 'median', '>'], ['monetary', 'quintile', '>'],
  ] as const)('%s by %s is high at %s', (name, method, sign) => {
    expect(thresholdSign(name, { ...settings, [name]: { method, threshold: 1 } })).toBe(sign)
  })
})
