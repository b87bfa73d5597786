import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import Chart, { type ChartTheme, type Picked } from '@/charts/Chart'
import { Colours, neutral } from '@/charts/palette'
import { useNames } from '@/components/catalog'
import DataTable, { type ShownColumn } from '@/components/question/DataTable'
import styles from '@/components/question/question.module.css'
import { questionSentence } from '@/components/question/sentence'
import type { Cells } from '@/components/question/useCells'
import { useFormat } from '@/lib/useFormat'
import { useTheme } from '@/lib/useTheme'
import type { Trend } from '@/query/types'
import { longBucket, shortBucket, type TrendAnswer } from '../answers'
import { Figure, Figures } from '../controls'
import { owners, trendOption } from './chart'
import Legend from './Legend'
import { cellOf, change, charted, linesOf, MOST_LINES, type Line } from './model'

export interface TrendAnswerViewProps {
  question: Trend
  answer: TrendAnswer
  kind: 'line' | 'bar' | 'table'
  cells: Cells
}

/** Figures, chart and table of a trend. */
export default function TrendAnswerView({ question, answer, kind, cells }: TrendAnswerViewProps) {
  const { t } = useTranslation('analyse')
  const { t: any } = useTranslation()
  const names = useNames()
  const format = useFormat()
  const { dark } = useTheme()
  const colours = useRef(new Colours())
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const lines = useMemo(() => linesOf(answer, question, any, names), [answer, question, any, names])
  const colour = useCallback(
    (line: Line, isDark: boolean) => (isRest(line) ? neutral(isDark) : colours.current.of(colourKey(line), isDark)),
    [],
  )
  const shown = useMemo(() => charted(lines, hidden), [lines, hidden])
  const incomplete = useMemo(() => answer.incomplete ?? [], [answer.incomplete])

  const open = useCallback(
    (line: Line, bucket: string | undefined, previous: boolean, at: { x: number; y: number } | HTMLElement) => {
      const cell = cellOf(line, bucket, previous)
      if (!cell) return
      const title =
        bucket === undefined
          ? t('trend.whole', { name: line.name })
          : t('trend.bucket', { name: line.name, bucket: longBucket(bucket, format) })
      cells.open({ cell, title, question }, at)
    },
    [cells, question, t, format],
  )
  const plotted = useMemo(
    () => ({
      lines: shown,
      buckets: answer.buckets,
      incomplete,
      kind: kind === 'bar' ? ('bar' as const) : ('line' as const),
      colour,
      number: (value: number | null) => format.number(value),
      bucketName: (bucket: string) => longBucket(bucket, format),
      previousName: (name: string) => t('trend.previous', { name }),
    }),
    [shown, answer.buckets, incomplete, kind, colour, format, t],
  )
  const build = useCallback((theme: ChartTheme) => trendOption(plotted, theme), [plotted])
  const onPick = (picked: Picked) => {
    const owner = owners(plotted)[picked.series]
    const bucket = answer.buckets[picked.index]
    if (owner && bucket !== undefined) open(owner.line, bucket, owner.previous, picked.at)
  }
  const toggle = (key: string) => {
    setHidden((old) => {
      const next = new Set(old)
      if (!next.delete(key)) next.add(key)
      return next
    })
  }
  return (
    <>
      <Totals lines={lines} compared={question.compare !== undefined} />
      {kind !== 'table' && (
        <section className="weir-card" aria-label={t('trend.title')}>
          <Chart
            build={build}
            onPick={onPick}
            pickable={(series) => owners(plotted)[series]?.line.formula === false}
            label={t('trend.chart_label', { sentence: questionSentence(question, any, names) })}
            height={340}
          />
          <Legend lines={charted(lines, new Set())} hidden={hidden} colour={(line) => colour(line, dark)} onToggle={toggle} />
          <p className={styles.legendNote}>
            {lines.length > MOST_LINES && `${t('trend.more', { n: MOST_LINES })} `}
            {incomplete.some(Boolean) && any('question:state.incomplete')}
          </p>
        </section>
      )}
      <TrendTable lines={lines} answer={answer} colour={(line) => colour(line, dark)} open={open} />
    </>
  )
}

const isRest = (line: Line): boolean => line.breakdown?.some((v) => typeof v === 'object' && v !== null) ?? false

/** Two series of one breakdown share the value's name but not the colour; one series gives the value its own. */
const colourKey = (line: Line): string => line.key

function Totals({ lines, compared }: { lines: Line[]; compared: boolean }) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  return (
    <Figures>
      {lines.slice(0, 4).map((line) => {
        const by = change(line)
        const note =
          by === null ? (
            t('trend.none')
          ) : (
            <span className={by < 0 ? 'weir-loss' : 'weir-gain'}>
              {t('trend.figure_change', { change: `${by > 0 ? '+' : ''}${format.percent(by)}` })}
            </span>
          )
        return <Figure key={line.key} label={line.name} value={format.number(line.total)} note={compared ? note : undefined} />
      })}
    </Figures>
  )
}

interface TrendTableProps {
  lines: Line[]
  answer: TrendAnswer
  colour: (line: Line) => string
  open: (line: Line, bucket: string | undefined, previous: boolean, at: HTMLElement) => void
}

function TrendTable({ lines, answer, colour, open }: TrendTableProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const format = useFormat()
  const cell = (line: Line, value: number | null, title: string, bucket?: string) =>
    line.formula || value === null ? (
      format.full(value)
    ) : (
      <button
        type="button"
        className={styles.cell}
        aria-label={q('table.open', { title, value: format.full(value) })}
        onClick={(e) => open(line, bucket, false, e.currentTarget)}
      >
        {format.full(value)}
      </button>
    )
  const columns: ShownColumn<Line>[] = [
    {
      key: 'name',
      title: t('trend.name'),
      sticky: true,
      value: (line) => line.name,
      render: (line) => (
        <>
          <span className={styles.swatch} style={{ background: colour(line) }} />
          {line.name}
        </>
      ),
    },
    {
      key: 'total',
      title: t('trend.total'),
      numeric: true,
      value: (line) => line.total,
      render: (line) => cell(line, line.total, t('trend.whole', { name: line.name })),
    },
    ...answer.buckets.map((bucket, i): ShownColumn<Line> => ({
      key: bucket,
      title: shortBucket(bucket),
      numeric: true,
      incomplete: answer.incomplete?.[i],
      value: (line) => line.values[i] ?? null,
      render: (line) =>
        cell(line, line.values[i] ?? null, t('trend.bucket', { name: line.name, bucket: longBucket(bucket, format) }), bucket),
    })),
  ]
  return <DataTable rows={lines} columns={columns} rowKey={(line) => line.key} caption={q('table.caption')} file="weir-trend" />
}
