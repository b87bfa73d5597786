import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import Chart, { type ChartTheme, type Picked } from '@/charts/Chart'
import styles from '@/components/question/question.module.css'
import { useCalendar } from '@/components/question/useAnswer'
import type { Cells } from '@/components/question/useCells'
import { useFormat } from '@/lib/useFormat'
import type { Retention } from '@/query/types'
import { longBucket, type RetentionAnswer } from '../answers'
import { Figure, Figures } from '../controls'
import { cohortOfSeries, curvesOption, MOST_CURVES } from './chart'
import HeatMap from './HeatMap'
import { averageRow, cellOf, cohortsOf, columnsOf, type Cohort, type Column } from './model'

export interface RetentionAnswerViewProps {
  question: Retention
  answer: RetentionAnswer
  show: 'heat' | 'curve'
  percent: boolean
  cells: Cells
}

type Place = { x: number; y: number } | HTMLElement

/** Figures, heat map and curves of retention. */
export default function RetentionAnswerView({ question, answer, show, percent, cells }: RetentionAnswerViewProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const format = useFormat()
  const { today } = useCalendar()
  const cohorts = useMemo(() => cohortsOf(answer, question, today), [answer, question, today])
  const average = useMemo(() => averageRow(answer, cohorts), [answer, cohorts])
  const columns = useMemo(() => columnsOf(answer), [answer])
  const summed = typeof question.measure === 'object'
  const columnName = useCallback(
    (column: Column): string => {
      if (column.to === 0) return t('retention.period_zero')
      return t(`retention.period_${question.interval}`, { n: column.from === column.to ? column.from : `${column.from}–${column.to}` })
    },
    [t, question.interval],
  )
  const cohortName = useCallback((cohort: Cohort) => longBucket(cohort.date, format), [format])
  const figure = useCallback((share: number | null) => (summed ? format.number(share) : format.percent(share)), [summed, format])
  const open = (cohort: Cohort, column: Column | undefined, at: Place) => {
    const name = cohortName(cohort)
    const title = column
      ? t('retention.cell_title', { cohort: name, period: columnName(column) })
      : t('retention.cohort_title', { cohort: name })
    const other = column && {
      label: t('retention.not_returned'),
      cell: cellOf(cohort, column, false),
      title: `${title} · ${t('retention.not_returned')}`,
    }
    cells.open({ cell: cellOf(cohort, column), title, question, ...(other && { other }) }, at)
  }
  const curves = useMemo(
    () => ({ cohorts, average, columns: columns.map(columnName), averageName: t('retention.curve_average'), cohortName, figure }),
    [cohorts, average, columns, columnName, t, cohortName, figure],
  )
  const build = useCallback((theme: ChartTheme) => curvesOption(curves, theme), [curves])
  const onPick = (picked: Picked) => {
    const cohort = cohortOfSeries(cohorts, picked.series)
    const column = columns[picked.index]
    if (cohort && column) open(cohort, column, picked.at)
  }
  const shareOf = (column: Column) => average.cells[column.index]?.share ?? null
  const marks = [columns[1], columns.find((c) => c.from === 7), columns.at(-1)].filter(
    (c, i, all): c is Column => c !== undefined && all.indexOf(c) === i && shareOf(c) !== null,
  )
  return (
    <>
      <Figures>
        <Figure label={t('retention.figure_first')} value={format.number(average.size)} />
        {marks.map((column) => (
          <Figure key={column.index} label={t('retention.figure', { period: columnName(column) })} value={figure(shareOf(column))} />
        ))}
      </Figures>
      {show === 'curve' && (
        <section className="weir-card" aria-label={t('retention.curve')}>
          <Chart build={build} onPick={onPick} pickable={(series) => series > 0} label={t('retention.chart_label')} height={340} />
          <p className={styles.legendNote}>
            {t('retention.more', { n: MOST_CURVES })} {q('state.incomplete')}
          </p>
        </section>
      )}
      <HeatMap
        cohorts={cohorts}
        average={average}
        columns={columns}
        columnName={columnName}
        percent={percent}
        summed={summed}
        onOpen={open}
      />
    </>
  )
}
