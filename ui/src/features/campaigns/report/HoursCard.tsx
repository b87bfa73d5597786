import type { EChartsCoreOption } from 'echarts/core'
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { CampaignReport } from '@/api/types'
import Chart, { axisStyle, tooltipStyle, type ChartTheme } from '@/charts/Chart'
import { useFormat } from '@/lib/useFormat'
import { fillHours } from '../model'

const kinds = ['sent', 'opened', 'clicked'] as const

/** What happened in each hour since sending began; sent as bars, the answers as lines. */
export function HoursCard({ hours }: { hours: CampaignReport['hours'] }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const filled = useMemo(() => fillHours(hours), [hours])
  const build = useCallback((theme: ChartTheme): EChartsCoreOption => {
    const axis = axisStyle(theme)
    return {
      grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { top: 0, left: 0, textStyle: { color: theme.soft }, itemWidth: 14, itemHeight: 8, itemGap: 16 },
      tooltip: { trigger: 'axis', ...tooltipStyle(theme) },
      xAxis: { type: 'category', data: filled.map((hour) => format.dateTime(hour.bucket)), ...axis, splitLine: { show: false }, axisLabel: { ...axis.axisLabel, hideOverlap: true, formatter: (label: string) => label.slice(5) } },
      yAxis: { type: 'value', minInterval: 1, ...axis, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: (value: number) => format.number(value) } },
      series: kinds.map((kind, index) => ({
        name: t(`report.${kind}`), type: kind === 'sent' ? 'bar' : 'line', barMaxWidth: 36, symbolSize: 6, showSymbol: filled.length <= 48,
        data: filled.map((hour) => hour[kind]), itemStyle: { color: theme.palette[index] }, lineStyle: { width: 2, color: theme.palette[index] },
      })),
    }
  }, [filled, format, t])
  return (
    <section className="weir-card" aria-labelledby="campaign-hours">
      <div className="weir-card-head"><h2 id="campaign-hours">{t('report.hours')}</h2></div>
      {hours.length === 0 ? <p className="weir-soft">{t('report.noHours')}</p> : (
        <>
          <Chart build={build} label={t('report.hoursLabel')} height={240} />
          <details className="weir-details">
            <summary>{t('report.hoursTable')}</summary>
            <table className="weir-plain-table">
              <thead><tr><th scope="col">{t('report.hour')}</th>{kinds.map((kind) => <th scope="col" key={kind}>{t(`report.${kind}`)}</th>)}</tr></thead>
              <tbody>{hours.map((hour) => <tr key={hour.bucket}><th scope="row">{format.dateTime(hour.bucket)}</th>{kinds.map((kind) => <td key={kind}>{format.full(hour[kind])}</td>)}</tr>)}</tbody>
            </table>
          </details>
        </>
      )}
    </section>
  )
}
