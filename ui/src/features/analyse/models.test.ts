import { describe, expect, it } from 'vitest'
import type { ChartTheme } from '@/charts/Chart'
import { i18next } from '@/i18n'
import { defaultQuestion } from '@/query/defaults'
import type { Retention, Trend } from '@/query/types'
import { longBucket, shortBucket, type RetentionAnswer, type TrendAnswer } from './answers'
import { cellOf as funnelCell, conversion, largestDrop, stepRows } from './funnel/model'
import { moved } from './funnel/FunnelBuilder'
import { averageRow, cellOf as retentionCell, cohortsOf, columnsOf, scaleOf } from './retention/model'
import { cohortOfSeries, curvesOption } from './retention/chart'
import { owners, trendOption, type TrendChart } from './trend/chart'
import { cellOf as trendCell, change, charted, linesOf, MOST_LINES, type Line } from './trend/model'

const t = (key: string, values?: Record<string, unknown>): string => i18next.t(key, values ?? {})
const theme: ChartTheme = {
  dark: false,
  text: '',
  soft: '',
  faint: '',
  border: '',
  surface: '',
  raised: '',
  gain: '',
  loss: '',
  palette: ['#000'],
}
const meta = {}

describe('trend', () => {
  const question: Trend = {
    ...defaultQuestion('trend'),
    series: [
      { event: 'pay', measure: 'persons' },
      { event: 'view', measure: 'count' },
    ],
    formula: 'A/B',
    breakdown: [{ property: 'platform' }],
  }
  const answer: TrendAnswer = {
    buckets: ['2026-11-01', '2026-11-02'],
    incomplete: [false, true],
    series: [
      { name: 'pay', series: 0, breakdown: ['ios'], values: [3, 1], total: 4 },
      { name: 'pay', series: 0, breakdown: [null], values: [1, 0], total: 1 },
      { name: 'view', series: 1, breakdown: [{ other: true }], values: [9, 9], total: 18 },
      { name: 'A/B', series: -1, formula: true, breakdown: ['ios'], values: [0.5, null], total: 0.4 },
    ],
    compare: [{ name: 'pay', series: 0, breakdown: ['ios'], values: [2, 3], total: 5 }],
    meta,
  }
  const lines = linesOf(answer, question, t, {})

  it('names lines by series and value, and joins them with the range before', () => {
    expect(lines.map((l) => l.name)).toEqual(['A · ios', 'A · (no value)', 'B · Other', 'A/B · ios'])
    expect(lines[0]?.previous).toEqual({ values: [2, 3], total: 5 })
    expect(change(lines[0] as Line)).toBeCloseTo(-0.2)
    expect(change(lines[1] as Line)).toBeNull()
  })

  it('opens cells as the server names them; a formula has none', () => {
    expect(trendCell(lines[1] as Line, '2026-11-01')).toEqual({ series: 0, bucket: '2026-11-01', breakdown: [null] })
    expect(trendCell(lines[2] as Line)).toEqual({ series: 1, breakdown: [{ other: true }] })
    expect(trendCell(lines[0] as Line, '2026-11-01', true)).toEqual({ series: 0, bucket: '2026-11-01', breakdown: ['ios'], previous: true })
    expect(trendCell(lines[3] as Line)).toBeNull()
  })

  it('charts the largest lines and always the formulas', () => {
    const many = Array.from({ length: 30 }, (_, i): Line => ({ ...(lines[0] as Line), key: `k${i}`, total: i, formula: i === 0 }))
    const chosen = charted(many, new Set(['k29']))
    expect(chosen).toHaveLength(MOST_LINES - 1)
    expect(chosen.map((l) => l.key)).toContain('k0')
    expect(chosen.map((l) => l.key)).not.toContain('k29')
  })

  it('keeps the chart’s series and their owners in step, whatever is shown', () => {
    for (const kind of ['line', 'bar'] as const) {
      for (const incomplete of [
        [false, false],
        [false, true],
      ]) {
        const chart: TrendChart = {
          lines,
          buckets: answer.buckets,
          incomplete,
          kind,
          colour: () => '#123456',
          number: String,
          bucketName: String,
          previousName: (n) => n,
        }
        const series = trendOption(chart, theme).series as { name: string }[]
        expect(series.map((s) => s.name)).toEqual(owners(chart).map((o) => o.line.name))
      }
    }
  })

  it('puts formulas on an axis of their own and escapes names in tooltips', () => {
    const chart: TrendChart = {
      lines: lines.map((l) => ({ ...l, name: '<img src=x onerror=alert(1)>' })),
      buckets: answer.buckets,
      incomplete: [],
      kind: 'line',
      colour: () => '#123456',
      number: String,
      bucketName: String,
      previousName: (n) => n,
    }
    const option = trendOption(chart, theme)
    expect(option.yAxis).toHaveLength(2)
    const tooltip = (option.tooltip as { formatter: (items: { dataIndex: number }[]) => string }).formatter([{ dataIndex: 0 }])
    expect(tooltip).not.toContain('<img')
  })

  it('draws the open part dashed, beginning at the last bucket that is over', () => {
    const chart: TrendChart = {
      lines: lines.slice(1, 2),
      buckets: answer.buckets,
      incomplete: [false, true],
      kind: 'line',
      colour: () => '#1',
      number: String,
      bucketName: String,
      previousName: (n) => n,
    }
    const [solid, dashed] = trendOption(chart, theme).series as { data: unknown[]; lineStyle: { type?: string } }[]
    expect(solid?.data).toEqual([1, null])
    expect(dashed?.data).toEqual([1, 0])
    expect(dashed?.lineStyle.type).toBe('dashed')
  })
})

describe('funnel', () => {
  const answered = [100, 60, 30].map((count, i) => ({
    name: `s${i}`,
    count,
    from_first: count / 100,
    from_previous: 0.5,
    median_seconds: null,
    average_seconds: null,
    p90_seconds: null,
  }))
  const rows = stepRows(answered, { ...defaultQuestion('funnel'), steps: [{ event: 'a' }, { event: ['b', 'c'] }, { event: '*' }] }, t, {})

  it('counts who was lost before each step', () => {
    expect(rows.map((r) => [r.n, r.name, r.dropped])).toEqual([
      [1, 'a', null],
      [2, 'b or c', 40],
      [3, 'any event', 30],
    ])
    expect(conversion(rows)).toBeCloseTo(0.3)
    expect(largestDrop(rows)?.n).toBe(2)
    expect(funnelCell(rows[1]!, true)).toEqual({ step: 2, dropped: true })
  })

  it('says nothing of a conversion that nobody began', () => {
    expect(conversion(rows.map((r) => ({ ...r, count: 0 })))).toBeNull()
  })

  it('moves steps within bounds', () => {
    expect(moved([1, 2, 3], 0, 2)).toEqual([2, 3, 1])
    expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3])
  })
})

describe('retention', () => {
  const question: Retention = { ...defaultQuestion('retention'), interval: 'week' }
  const answer: RetentionAnswer = {
    interval: 'week',
    columns: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    rows: [
      { cohort: '2026-11-02', size: 10, values: [10, 4, 1], incomplete: [false, false, true] },
      { cohort: '2026-11-09', size: 0, values: [0, 0, 0], incomplete: [false, true, true] },
    ],
    average: [1, 0.4, null],
    meta,
  }
  const cohorts = cohortsOf(answer, question, '2026-11-17')

  it('tells what is not over from what has not begun', () => {
    expect(cohorts[0]?.cells.map((c) => [c.share, c.incomplete, c.future])).toEqual([
      [1, false, false],
      [0.4, false, false],
      [0.1, true, false],
    ])
    expect(cohorts[1]?.cells.map((c) => c.future)).toEqual([false, false, true])
    expect(cohorts[1]?.cells[0]?.share).toBeNull()
  })

  it('counts months by the calendar, and rolling ones by thirty days', () => {
    const months: RetentionAnswer = {
      ...answer,
      rows: [{ cohort: '2026-01-01', size: 1, values: [1, 1, 1], incomplete: [false, false, true] }],
    }
    const future = (mode: Retention['mode'], today: string) =>
      cohortsOf(months, { ...question, interval: 'month', mode }, today)[0]?.cells.map((c) => c.future)
    expect(future('calendar', '2026-02-28')).toEqual([false, false, true])
    expect(future('calendar', '2026-03-01')).toEqual([false, false, false])
    expect(future('rolling', '2026-03-01')).toEqual([false, false, true])
  })

  it('measures colours without the start column and keeps the average the server gave', () => {
    expect(scaleOf(cohorts)).toBeCloseTo(0.4)
    expect(averageRow(answer, cohorts)).toMatchObject({ size: 10, cells: [{ share: 1 }, { share: 0.4 }, { share: null, future: true }] })
    expect(retentionCell(cohorts[0]!, columnsOf(answer)[2], false)).toEqual({ cohort: '2026-11-02', period: 2, returned: false })
    expect(retentionCell(cohorts[0]!)).toEqual({ cohort: '2026-11-02' })
  })

  it('finds the cohort of a curve that was clicked', () => {
    const option = curvesOption(
      {
        cohorts,
        average: averageRow(answer, cohorts),
        columns: ['0', '1', '2'],
        averageName: 'avg',
        cohortName: (c) => c.date,
        figure: String,
      },
      theme,
    )
    const series = option.series as { name: string }[]
    expect(series.map((_, i) => cohortOfSeries(cohorts, i)?.date ?? 'avg')).toEqual(series.map((s) => s.name))
  })
})

describe('buckets', () => {
  it('are short on axes and long in words; hours keep the project’s own clock', () => {
    const format = { date: (d: string) => `${d} (Sat)` }
    expect(shortBucket('2026-01-31')).toBe('01-31')
    expect(shortBucket('2026-01-31T14:00:00+08:00')).toBe('01-31 14:00')
    expect(longBucket('2026-01-31T14:00:00+08:00', format)).toBe('2026-01-31 (Sat) 14:00')
  })
})
