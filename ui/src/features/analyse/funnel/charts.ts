import type { EChartsCoreOption } from 'echarts/core'
import { axisStyle, tooltipStyle, type ChartTheme } from '@/charts/Chart'
import type { FunnelAnswer, FunnelBucket } from '../answers'
import { shortBucket } from '../answers'

export interface Words {
  percent: (share: number | null) => string
  number: (value: number) => string
  duration: (seconds: number) => string
  bucketName: (bucket: string) => string
  entered: string
  converted: string
  persons: string
}

const rate = (b: FunnelBucket): number | null => (b.entered === 0 ? null : b.converted / b.entered)
const grid = { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }

/** Conversion by the day of the first step; days whose windows are still open are dashed. */
export function conversionOption(buckets: readonly FunnelBucket[], words: Words, theme: ChartTheme): EChartsCoreOption {
  const axis = axisStyle(theme)
  const colour = theme.palette[0]
  const dots = buckets.length <= 31
  const open = (i: number): boolean => buckets[i]?.incomplete === true
  const line = { type: 'line', itemStyle: { color: colour }, symbolSize: 6, showSymbol: dots }
  return {
    grid,
    tooltip: {
      trigger: 'axis',
      ...tooltipStyle(theme),
      formatter: (items: { dataIndex: number }[]) => {
        const b = buckets[items[0]?.dataIndex ?? 0]
        return b
          ? `${words.bucketName(b.bucket)}<br/><b>${words.percent(rate(b))}</b><br/>${words.entered} ${words.number(b.entered)} · ${words.converted} ${words.number(b.converted)}`
          : ''
      },
    },
    xAxis: {
      type: 'category',
      data: buckets.map((b) => b.bucket),
      boundaryGap: false,
      ...axis,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: shortBucket },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...axis,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: (v: number) => words.percent(v) },
    },
    series: [
      { ...line, data: buckets.map((b, i) => (open(i) ? null : rate(b))), lineStyle: { width: 2, color: colour } },
      {
        ...line,
        data: buckets.map((b, i) => (open(i) || open(i + 1) ? rate(b) : null)),
        symbol: 'emptyCircle',
        lineStyle: { width: 2, type: 'dashed', color: colour },
      },
    ],
  }
}

/** How long those who went all the way took. */
export function histogramOption(bars: NonNullable<FunnelAnswer['histogram']>, words: Words, theme: ChartTheme): EChartsCoreOption {
  const axis = axisStyle(theme)
  const name = (i: number): string => {
    const bar = bars[i]
    return bar ? `${words.duration(bar.from_seconds)} – ${words.duration(bar.to_seconds)}` : ''
  }
  return {
    grid,
    tooltip: {
      trigger: 'axis',
      ...tooltipStyle(theme),
      formatter: (items: { dataIndex: number }[]) =>
        `${name(items[0]?.dataIndex ?? 0)}<br/><b>${words.number(bars[items[0]?.dataIndex ?? 0]?.count ?? 0)}</b> ${words.persons}`,
    },
    xAxis: {
      type: 'category',
      data: bars.map((bar) => words.duration(bar.from_seconds)),
      ...axis,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      ...axis,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: (v: number) => words.number(v) },
    },
    series: [{ type: 'bar', data: bars.map((bar) => bar.count), barCategoryGap: '8%', itemStyle: { color: theme.palette[0] } }],
  }
}
