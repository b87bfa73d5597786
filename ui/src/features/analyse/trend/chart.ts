import type { EChartsCoreOption } from 'echarts/core'
import { axisStyle, tooltipStyle, type ChartTheme } from '@/charts/Chart'
import { escapeHtml } from '@/charts/html'
import { shortBucket } from '../answers'
import type { Line } from './model'

export interface TrendChart {
  lines: readonly Line[]
  buckets: readonly string[]
  incomplete: readonly boolean[]
  kind: 'line' | 'bar'
  colour: (line: Line, dark: boolean) => string
  number: (value: number | null) => string
  /** A bucket in full, for the tooltip. */
  bucketName: (bucket: string) => string
  previousName: (name: string) => string
}

/** What each of the chart's series stands for, in their order. */
export interface Owner {
  line: Line
  previous: boolean
}

/** The chart's series in order; clicks are told apart by it. */
export function owners(chart: Pick<TrendChart, 'lines' | 'kind' | 'incomplete'>): Owner[] {
  const open = chart.kind === 'line' && chart.incomplete.some(Boolean)
  return chart.lines.flatMap((line) => [
    { line, previous: false },
    ...(open ? [{ line, previous: false }] : []),
    ...(line.previous ? [{ line, previous: true }] : []),
  ])
}

export function trendOption(chart: TrendChart, theme: ChartTheme): EChartsCoreOption {
  const axis = axisStyle(theme)
  const values = {
    type: 'value',
    ...axis,
    axisLine: { show: false },
    axisLabel: { ...axis.axisLabel, formatter: (v: number) => chart.number(v) },
  }
  return {
    grid: { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: { trigger: 'axis', ...tooltipStyle(theme), formatter: (items: Hover[]) => tooltip(items, chart) },
    xAxis: {
      type: 'category',
      data: chart.buckets,
      boundaryGap: chart.kind === 'bar',
      ...axis,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: shortBucket },
    },
    // A ratio beside counts would lie flat on the floor: formulas have an axis of their own.
    yAxis: besides(chart.lines) ? [values, { ...values, position: 'right', splitLine: { show: false } }] : values,
    series: chart.lines.flatMap((line) => lineSeries(line, chart, theme)),
  }
}

/** Whether formulas stand beside plain series. */
const besides = (lines: readonly Line[]): boolean => lines.some((l) => l.formula) && lines.some((l) => !l.formula)

interface Hover {
  dataIndex: number
}

function lineSeries(line: Line, chart: TrendChart, theme: ChartTheme): object[] {
  const colour = chart.colour(line, theme.dark)
  const yAxisIndex = line.formula && besides(chart.lines) ? 1 : 0
  const previous = line.previous && {
    type: 'line',
    yAxisIndex,
    name: chart.previousName(line.name),
    data: line.previous.values,
    lineStyle: { type: 'dotted', width: 1.5, color: colour, opacity: 0.75 },
    itemStyle: { color: colour, opacity: 0.75 },
    showSymbol: false,
  }
  if (chart.kind === 'bar')
    return [
      line.formula && yAxisIndex === 1 ? { ...solidOf(line, colour), yAxisIndex } : bars(line, chart, colour),
      ...(previous ? [previous] : []),
    ]
  const open = chart.incomplete.some(Boolean)
  const single = chart.buckets.length === 1
  const shared = { type: 'line', yAxisIndex, name: line.name, itemStyle: { color: colour }, symbolSize: 6, emphasis: { focus: 'none' } }
  const dots = single || chart.buckets.length <= 31
  const solid = {
    ...shared,
    data: line.values.map((v, i) => (chart.incomplete[i] ? null : v)),
    showSymbol: dots,
    lineStyle: { width: 2, color: colour },
  }
  if (!open) return [solid, ...(previous ? [previous] : [])]
  // The dashed part begins at the last bucket that is over, so that the line does not break off.
  const part = line.values.map((v, i) => (chart.incomplete[i] || chart.incomplete[i + 1] ? v : null))
  const dashed = { ...shared, data: part, symbol: 'emptyCircle', showSymbol: dots, lineStyle: { width: 2, color: colour, type: 'dashed' } }
  return [solid, dashed, ...(previous ? [previous] : [])]
}

/** A formula over bars stays a line, so that nobody reads it on the bars' axis. */
const solidOf = (line: Line, colour: string): object => ({
  type: 'line',
  name: line.name,
  data: line.values,
  itemStyle: { color: colour },
  lineStyle: { width: 2, color: colour },
  symbolSize: 6,
})

function bars(line: Line, chart: TrendChart, colour: string): object {
  const hatch = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: Math.PI / 4, color: 'rgba(255,255,255,0.55)' }
  return {
    type: 'bar',
    name: line.name,
    itemStyle: { color: colour },
    barMaxWidth: 28,
    data: line.values.map((value, i) => (chart.incomplete[i] ? { value, itemStyle: { color: colour, decal: hatch } } : value)),
  }
}

function tooltip(items: Hover[], chart: TrendChart): string {
  const index = items[0]?.dataIndex ?? 0
  const bucket = chart.buckets[index] ?? ''
  const rows = [...chart.lines]
    .sort((a, b) => (b.values[index] ?? 0) - (a.values[index] ?? 0))
    .map((line) => {
      const before = line.previous
        ? ` <span style="opacity:.7">(${escapeHtml(chart.number(line.previous.values[index] ?? null))})</span>`
        : ''
      return `<tr><td style="padding-right:16px">${escapeHtml(clip(line.name))}</td><td style="text-align:right"><b>${escapeHtml(chart.number(line.values[index] ?? null))}</b>${before}</td></tr>`
    })
  return `<div>${escapeHtml(chart.bucketName(bucket))}</div><table>${rows.join('')}</table>`
}

const clip = (text: string): string => (text.length > 48 ? `${text.slice(0, 47)}…` : text)
