/** The parts of ECharts that the product uses. Loaded with the first chart, never with the first page. */
import { BarChart, LineChart } from 'echarts/charts'
import {
  AriaComponent,
  DataZoomInsideComponent,
  GridComponent,
  LegendScrollComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components'
import { init, use as register, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

register([
  BarChart,
  LineChart,
  AriaComponent,
  DataZoomInsideComponent,
  GridComponent,
  LegendScrollComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
])

export type Plot = EChartsType

/** SVG: sharp when zoomed and printed, and light for the few thousand marks of a chart. */
export function createPlot(element: HTMLElement): Plot {
  return init(element, undefined, { renderer: 'svg' })
}
