// The groups and cells of the board, and what a change of settings does to them.

import type { RfmBoard, RfmDimension, RfmGroup, RfmMethod, RfmSettings } from '@/api/types'
import type { Condition } from '@/query/types'

export const methods: readonly RfmMethod[] = ['fixed', 'mean', 'median', 'quintile']
export const dimensions = ['recency', 'frequency', 'monetary'] as const
export type Dimension = (typeof dimensions)[number]

/** The lowest score that is high where none is given. */
export const defaultScore = 4

/** A group, or a cell of the grid. */
export type Place = { group: string; code: string } | { r: number; fm: number }

/** Everybody whose RFM tag is this group now. */
export function groupCondition(key: string): Condition {
  return { tag: 'rfm', op: 'eq', value: key }
}

/** The board's groups by money: the four important ones, then the four general ones. */
export function byMoney(groups: readonly RfmGroup[]): { high: RfmGroup[]; low: RfmGroup[] } {
  return { high: groups.filter((g) => g.code.endsWith('H')), low: groups.filter((g) => g.code.endsWith('L')) }
}

export interface Cell {
  r: number
  fm: number
  persons: number
  revenue: number
  /** Side of the square, 0…1: its area follows the persons. */
  size: number
  /** Depth of the colour, 0…1: it follows the money. */
  depth: number
}

/** The grid by rows, the best R on top. */
export function gridRows(grid: RfmBoard['grid']): Cell[][] {
  const mostPersons = Math.max(1, ...grid.map((cell) => cell.persons))
  const mostMoney = Math.max(1, ...grid.map((cell) => cell.revenue))
  const cellOf = (r: number, fm: number): Cell => {
    const cell = grid.find((c) => c.r === r && c.fm === fm) ?? { r, fm, persons: 0, revenue: 0 }
    return { ...cell, size: Math.sqrt(cell.persons / mostPersons), depth: Math.sqrt(Math.max(0, cell.revenue) / mostMoney) }
  }
  return [5, 4, 3, 2, 1].map((r) => [1, 2, 3, 4, 5].map((fm) => cellOf(r, fm)))
}

export function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}

/** Whether the settings say enough to be tried out. */
export function complete(settings: RfmSettings): boolean {
  return settings.event !== '' && settings.value !== '' && settings.days >= 1
}

/** Two settings that mean the same, whatever thresholds lie unused behind their methods. */
export function sameSettings(a: RfmSettings, b: RfmSettings): boolean {
  return a.event === b.event && a.value === b.value && a.days === b.days && dimensions.every((name) => sameDimension(a[name], b[name]))
}

function sameDimension(a: RfmDimension, b: RfmDimension): boolean {
  if (a.method !== b.method) return false
  if (a.method === 'mean' || a.method === 'median') return true
  const fallback = a.method === 'quintile' ? defaultScore : 0
  return (a.threshold || fallback) === (b.threshold || fallback)
}

/** A method changed by the reader starts with a threshold that fits it. */
export function withMethod(dimension: RfmDimension, method: RfmMethod, suggested: number): RfmDimension {
  if (method === dimension.method) return dimension
  return { method, threshold: method === 'fixed' ? Math.round(suggested * 100) / 100 : method === 'quintile' ? defaultScore : 0 }
}

export interface Difference {
  key: string
  code: string
  now: number
  after: number
}

/** The size of each group before and after. */
export function compareBoards(now: RfmBoard | undefined, after: RfmBoard): Difference[] {
  return after.groups.map((group) => ({
    key: group.key, code: group.code, after: group.persons, now: now?.groups.find((g) => g.key === group.key)?.persons ?? 0,
  }))
}

/**
 * How a value stands to the threshold when it is high. A fixed threshold belongs to the high side; a mean or a
 * median has to be passed; of a fifth's edge, ties share the lower score, which for days means the higher one.
 */
export function thresholdSign(name: Dimension, settings: RfmSettings): '≤' | '<' | '≥' | '>' {
  const { method } = settings[name]
  const meets = method === 'fixed' || (method === 'quintile' && name === 'recency')
  if (name === 'recency') return meets ? '≤' : '<'
  return meets ? '≥' : '>'
}
