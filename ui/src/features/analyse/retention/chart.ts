import type { EChartsCoreOption } from 'echarts/core'
import { axisStyle, tooltipStyle, type ChartTheme } from '@/charts/Chart'
import { escapeHtml } from '@/charts/html'
import type { Cohort } from './model'

/** More cohorts than this make a thicket; the newest ones are what one decides by. */
export const MOST_CURVES = 8

export interface Curves {
  cohorts: readonly Cohort[]
  average: Cohort
  columns: readonly string[]
  averageName: string
  cohortName: (cohort: Cohort) => string
  figure: (share: number | null) => string
}

export const newest = (cohorts: readonly Cohort[]): Cohort[] => cohorts.filter((c) => c.size > 0).slice(-MOST_CURVES)

/** The average first, then the newest cohorts, older ones fainter; a part that is not over is dashed. */
export function curvesOption(curves: Curves, theme: ChartTheme): EChartsCoreOption {
  const axis = axisStyle(theme)
  const shown = newest(curves.cohorts)
  return {
    grid: { left: 8, right: 16, top: 16, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      ...tooltipStyle(theme),
      formatter: (items: { dataIndex: number }[]) => tooltip(items[0]?.dataIndex ?? 0, curves, shown),
    },
    xAxis: {
      type: 'category',
      data: [...curves.columns],
      boundaryGap: false,
      ...axis,
      splitLine: { show: false },
      axisLabel: { ...axis.axisLabel, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      ...axis,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, formatter: (v: number) => curves.figure(v) },
    },
    series: [
      {
        type: 'line',
        name: curves.averageName,
        data: curves.average.cells.map((c) => c.share),
        lineStyle: { width: 3, color: theme.palette[0] },
        itemStyle: { color: theme.palette[0] },
        symbolSize: 6,
        z: 3,
      },
      ...shown.flatMap((cohort, i) => cohortCurves(cohort, curves.cohortName(cohort), theme, 0.35 + (0.5 * (i + 1)) / shown.length)),
    ],
  }
}

/** A cohort has two series, over and not over; clicks count on the pair. */
function cohortCurves(cohort: Cohort, name: string, theme: ChartTheme, opacity: number): object[] {
  const line = { type: 'line', name, showSymbol: false, itemStyle: { color: theme.soft, opacity } }
  const open = (i: number): boolean => cohort.cells[i]?.incomplete === true
  const share = (i: number): number | null => (cohort.cells[i]?.future ? null : (cohort.cells[i]?.share ?? null))
  return [
    { ...line, data: cohort.cells.map((_, i) => (open(i) ? null : share(i))), lineStyle: { width: 1, color: theme.soft, opacity } },
    {
      ...line,
      data: cohort.cells.map((_, i) => (open(i) || open(i + 1) ? share(i) : null)),
      lineStyle: { width: 1, type: 'dashed', color: theme.soft, opacity },
    },
  ]
}

function tooltip(index: number, curves: Curves, shown: readonly Cohort[]): string {
  const row = (name: string, share: number | null | undefined, bold: boolean): string =>
    `<tr><td style="padding-right:16px${bold ? ';font-weight:600' : ''}">${escapeHtml(name)}</td><td style="text-align:right">${escapeHtml(curves.figure(share ?? null))}</td></tr>`
  const rows = [...shown].reverse().filter((c) => !c.cells[index]?.future)
  const body = [
    row(curves.averageName, curves.average.cells[index]?.share, true),
    ...rows.map((c) => row(curves.cohortName(c), c.cells[index]?.share, false)),
  ]
  return `<div>${escapeHtml(curves.columns[index] ?? '')}</div><table>${body.join('')}</table>`
}

/** The cohort that a series of the chart draws; undefined for the average. */
export const cohortOfSeries = (cohorts: readonly Cohort[], series: number): Cohort | undefined =>
  series < 1 ? undefined : newest(cohorts)[Math.floor((series - 1) / 2)]
