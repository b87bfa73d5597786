import type { EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { BlockLoading } from '@/components/Loading'
import { useTheme } from '@/lib/useTheme'
import styles from './chart.module.css'
import type { Plot } from './engine'
import { categorical } from './palette'

/** What the colours of a chart follow. */
export interface ChartTheme {
  dark: boolean
  text: string
  soft: string
  faint: string
  border: string
  surface: string
  raised: string
  gain: string
  loss: string
  palette: readonly string[]
}

/** A place on the category axis, with the series nearest to the pointer and where the pointer was. */
export interface Picked {
  index: number
  series: number
  at: { x: number; y: number }
}

export interface ChartProps {
  /** Makes the option for the theme; keep its identity while nothing changed. */
  build: (theme: ChartTheme) => EChartsCoreOption
  /** What the chart shows, in words, for those who do not see it. The table beneath it has the figures. */
  label: string
  height?: number
  onPick?: (picked: Picked) => void
  /** Which series can be picked; a click means the nearest of them. All by default. */
  pickable?: (series: number) => boolean
}

/** A chart that follows the theme and the size of its place. */
export default function Chart({ build, label, height = 320, onPick, pickable }: ChartProps) {
  const { dark: isDark } = useTheme()
  const place = useRef<HTMLDivElement>(null)
  const [plot, setPlot] = useState<Plot | null>(null)
  const pick = useRef({ onPick, pickable })
  useEffect(() => {
    pick.current = { onPick, pickable }
  })

  useEffect(() => {
    const element = place.current
    if (!element) return
    let made: Plot | null = null
    let gone = false
    let observer: ResizeObserver | null = null
    void import('./engine').then(({ createPlot }) => {
      if (gone) return
      made = createPlot(element)
      listen(made, element, () => pick.current)
      observer = new ResizeObserver(() => made?.resize())
      observer.observe(element)
      setPlot(made)
    })
    return () => {
      gone = true
      observer?.disconnect()
      made?.dispose()
      setPlot(null)
    }
  }, [])

  useEffect(() => {
    if (!plot) return
    const theme = themeOf(isDark)
    plot.setOption({ ...basics(theme), ...build(theme) }, { notMerge: true })
  }, [plot, build, isDark])

  return (
    <div className={onPick ? `${styles.frame} ${styles.clickable}` : styles.frame} style={{ height }}>
      {!plot && (
        <div className={styles.loading}>
          <BlockLoading height={height} />
        </div>
      )}
      <div ref={place} className={styles.plot} role="img" aria-label={label} />
    </div>
  )
}

function themeOf(dark: boolean): ChartTheme {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string, fallback: string) => style.getPropertyValue(`--weir-${name}`).trim() || fallback
  return {
    dark,
    text: token('text', dark ? '#e6ecec' : '#172122'),
    soft: token('text-soft', dark ? '#b3c0c1' : '#475658'),
    faint: token('text-faint', dark ? '#93a1a3' : '#5d6b6d'),
    border: token('border', dark ? '#2a3436' : '#e0e5e5'),
    surface: token('surface', dark ? '#161d1f' : '#ffffff'),
    raised: token('raised', dark ? '#1d2628' : '#ffffff'),
    gain: token('gain', '#0f766e'),
    loss: token('loss', '#a63a22'),
    palette: categorical(dark),
  }
}

const stillness = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches

function basics(theme: ChartTheme): EChartsCoreOption {
  return {
    animation: !stillness(),
    animationDuration: 200,
    animationDurationUpdate: 160,
    backgroundColor: 'transparent',
    color: [...theme.palette],
    textStyle: { color: theme.soft, fontFamily: 'inherit', fontSize: 12 },
  }
}

/** The parts of axes and tooltips that all charts share. */
export function axisStyle(theme: ChartTheme) {
  return {
    axisLine: { lineStyle: { color: theme.border } },
    axisTick: { show: false },
    axisLabel: { color: theme.soft, fontSize: 12 },
    splitLine: { lineStyle: { color: theme.border } },
  }
}

export function tooltipStyle(theme: ChartTheme) {
  return {
    backgroundColor: theme.raised,
    borderColor: theme.border,
    textStyle: { color: theme.text, fontSize: 12 },
    confine: true,
    transitionDuration: 0,
  }
}

/** A click anywhere in the plot means the nearest point: nobody should have to hit a dot of four pixels. */
function listen(plot: Plot, element: HTMLElement, props: () => Pick<ChartProps, 'onPick' | 'pickable'>) {
  plot.getZr().on('click', (event: { offsetX: number; offsetY: number }) => {
    const { onPick, pickable } = props()
    const point: [number, number] = [event.offsetX, event.offsetY]
    if (!onPick || !plot.containPixel({ gridIndex: 0 }, point)) return
    const [x] = plot.convertFromPixel({ gridIndex: 0 }, point) as [number, number]
    const index = Math.round(x)
    const series = nearest(plot, index, event.offsetY, pickable ?? (() => true))
    if (series < 0) return
    const box = element.getBoundingClientRect()
    onPick({ index, series, at: { x: box.left + event.offsetX, y: box.top + event.offsetY } })
  })
}

function nearest(plot: Plot, index: number, y: number, pickable: (series: number) => boolean): number {
  const series = (plot.getOption().series ?? []) as { data?: unknown[] }[]
  let best = -1
  let distance = Infinity
  series.forEach((s, i) => {
    if (!pickable(i)) return
    const item = s.data?.[index]
    const value = typeof item === 'object' && item !== null && 'value' in item ? item.value : item
    if (typeof value !== 'number') return
    const [, at] = plot.convertToPixel({ seriesIndex: i }, [index, value]) as [number, number]
    if (Math.abs(at - y) < distance) {
      distance = Math.abs(at - y)
      best = i
    }
  })
  return best
}
