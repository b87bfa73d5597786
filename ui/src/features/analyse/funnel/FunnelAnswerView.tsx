import { useCallback, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import Chart, { type ChartTheme } from '@/charts/Chart'
import { Colours, neutral } from '@/charts/palette'
import { useNames } from '@/components/catalog'
import styles from '@/components/question/question.module.css'
import { questionSentence } from '@/components/question/sentence'
import type { Cells, Target } from '@/components/question/useCells'
import { useFormat } from '@/lib/useFormat'
import { useTheme } from '@/lib/useTheme'
import type { Funnel } from '@/query/types'
import { longBucket, type FunnelAnswer } from '../answers'
import { Figure, Figures } from '../controls'
import { conversionOption, histogramOption, type Words } from './charts'
import FunnelChart from './FunnelChart'
import FunnelTable, { GroupTable } from './FunnelTable'
import GroupedBars from './GroupedBars'
import { cellOf, conversion, converted, entered, groupsOf, largestDrop, MOST_GROUPS, stepRows, type Group, type StepRow } from './model'

export interface FunnelAnswerViewProps {
  question: Funnel
  answer: FunnelAnswer
  cells: Cells
}

/** Figures, steps and tables of a funnel. */
export default function FunnelAnswerView({ question, answer, cells }: FunnelAnswerViewProps) {
  const { t } = useTranslation('analyse')
  const { t: any } = useTranslation()
  const names = useNames()
  const { dark } = useTheme()
  const colours = useRef(new Colours())
  const rows = useMemo(() => stepRows(answer.steps, question, any, names), [answer, question, any, names])
  const groups = useMemo(() => groupsOf(answer, question, any, names), [answer, question, any, names])
  const label = t('funnel.chart_label', { sentence: questionSentence(question, any, names) })
  const reached = (row: StepRow, group?: Group): Target => {
    const name = (title: string) => (group ? t('funnel.in_group', { title, group: group.name }) : title)
    return {
      cell: cellOf(row, false, group),
      title: name(t('funnel.reached', { step: row.name })),
      question,
      ...(row.dropped && {
        other: { label: t('funnel.see_dropped'), cell: cellOf(row, true, group), title: name(t('funnel.dropped', { step: row.name })) },
      }),
    }
  }
  const dropped = (row: StepRow): Target => ({ cell: cellOf(row, true), title: t('funnel.dropped', { step: row.name }), question })
  const openGroup = (group: Group, row: StepRow, at: HTMLElement) => cells.open(reached(row, group), at)
  const colour = (group: Group) => (group.rest ? neutral(dark) : colours.current.of(group.key, dark))
  const shown = groups.slice(0, MOST_GROUPS)
  return (
    <>
      <Totals rows={rows} />
      <section className="weir-card" aria-label={t('funnel.title')}>
        {question.trend && answer.trend ? (
          <ConversionTrend answer={answer} />
        ) : question.histogram && answer.histogram ? (
          <Histogram answer={answer} />
        ) : groups.length > 0 ? (
          <>
            <GroupedBars groups={shown} label={label} colour={colour} onReached={openGroup} />
            {groups.length > MOST_GROUPS && <p className={styles.legendNote}>{t('funnel.groups_more', { n: MOST_GROUPS })}</p>}
          </>
        ) : (
          <FunnelChart
            rows={rows}
            label={label}
            onReached={(row, at) => cells.open(reached(row), at)}
            onDropped={(row, at) => cells.open(dropped(row), at)}
          />
        )}
      </section>
      {groups.length > 0 && <GroupTable groups={groups} onReached={openGroup} />}
      <FunnelTable
        rows={rows}
        onReached={(row, at) => cells.open(reached(row), at)}
        onSeeDropped={(row) => cells.showPersons(dropped(row))}
        onSaveDropped={(row) => cells.saveSegment(dropped(row))}
      />
    </>
  )
}

function Totals({ rows }: { rows: readonly StepRow[] }) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  const worst = largestDrop(rows)
  const before = worst && rows[worst.n - 2]
  return (
    <Figures>
      <Figure label={t('funnel.conversion')} value={format.percent(conversion(rows))} />
      <Figure label={t('funnel.entered')} value={format.number(entered(rows))} />
      <Figure label={t('funnel.converted')} value={format.number(converted(rows))} />
      {worst && before && (
        <Figure
          label={t('funnel.biggest')}
          value={format.number(worst.dropped)}
          note={
            <span className="weir-loss">
              {t('funnel.biggest_step', { from: before.name, to: worst.name, percent: format.percent(1 - (worst.from_previous ?? 0)) })}
            </span>
          }
        />
      )}
    </Figures>
  )
}

function useWords(): Words {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  return useMemo(
    () => ({
      percent: (share) => format.percent(share),
      number: (value) => format.number(value),
      duration: (seconds) => format.duration(seconds),
      bucketName: (bucket) => longBucket(bucket, format),
      entered: t('funnel.entered'),
      converted: t('funnel.converted'),
      persons: t('funnel.persons'),
    }),
    [format, t],
  )
}

function ConversionTrend({ answer }: { answer: FunnelAnswer }) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const words = useWords()
  const buckets = useMemo(() => answer.trend ?? [], [answer.trend])
  const build = useCallback((theme: ChartTheme) => conversionOption(buckets, words, theme), [buckets, words])
  return (
    <>
      <Chart build={build} label={t('funnel.trend_label')} />
      {buckets.some((b) => b.incomplete) && <p className={styles.legendNote}>{q('state.incomplete')}</p>}
    </>
  )
}

function Histogram({ answer }: { answer: FunnelAnswer }) {
  const { t } = useTranslation('analyse')
  const words = useWords()
  const bars = useMemo(() => answer.histogram ?? [], [answer.histogram])
  const build = useCallback((theme: ChartTheme) => histogramOption(bars, words, theme), [bars, words])
  return <Chart build={build} label={t('funnel.histogram_label')} />
}
