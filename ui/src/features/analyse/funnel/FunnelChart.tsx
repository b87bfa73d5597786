import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/useFormat'
import styles from './funnel.module.css'
import { entered, type StepRow } from './model'

export interface FunnelChartProps {
  rows: readonly StepRow[]
  label: string
  onReached: (row: StepRow, at: HTMLElement) => void
  onDropped: (row: StepRow, at: HTMLElement) => void
}

/** Steps from left to right: bars for those who got there, between them how many went on, how fast, and the area of those who did not. */
export default function FunnelChart({ rows, label, onReached, onDropped }: FunnelChartProps) {
  const all = entered(rows) || 1
  return (
    <div className={styles.scroll}>
      <ol className={styles.chart} aria-label={label}>
        {rows.map((row, i) => {
          const next = rows[i + 1]
          return (
            <Fragment key={row.n}>
              <Bar
                row={row}
                share={row.count / all}
                before={i === 0 ? 0 : (rows[i - 1] as StepRow).count / all}
                onReached={onReached}
                onDropped={onDropped}
              />
              {next && <Between from={row.count / all} to={next.count / all} next={next} />}
            </Fragment>
          )
        })}
      </ol>
    </div>
  )
}

interface BarProps extends Pick<FunnelChartProps, 'onReached' | 'onDropped'> {
  row: StepRow
  share: number
  before: number
}

function Bar({ row, share, before, onReached, onDropped }: BarProps) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  const lost = row.dropped ?? 0
  return (
    <li className={styles.step}>
      <div className={styles.head}>
        <span className={styles.number}>{row.n}</span>
        <span className={styles.name} title={row.name}>
          {row.name}
        </span>
      </div>
      <div className={styles.column}>
        {lost > 0 && (
          <button
            type="button"
            className={styles.lost}
            style={{ bottom: `${share * 100}%`, height: `${(before - share) * 100}%` }}
            title={`${t('funnel.dropped_short')} ${format.full(lost)}`}
            aria-label={t('funnel.dropped_of', { n: row.n, step: row.name, persons: format.full(lost) })}
            onClick={(e) => onDropped(row, e.currentTarget)}
          />
        )}
        <button
          type="button"
          className={styles.bar}
          style={{ height: `max(2px, ${share * 100}%)` }}
          title={`${row.name} ${format.full(row.count)}`}
          aria-label={t('funnel.see_reached_of', { n: row.n, step: row.name, persons: format.full(row.count) })}
          onClick={(e) => onReached(row, e.currentTarget)}
        />
      </div>
      <div className={styles.count}>{format.number(row.count)}</div>
      <div className={styles.share}>{format.percent(row.from_first)}</div>
    </li>
  )
}

function Between({ from, to, next }: { from: number; to: number; next: StepRow }) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  const [a, b] = [100 - from * 100, 100 - to * 100]
  return (
    <li className={styles.between} aria-label={`${t('funnel.from_previous')} ${format.percent(next.from_previous)}`}>
      <div className={styles.head} />
      <div className={styles.column}>
        <svg className={styles.area} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <polygon className={styles.kept} points={`0,${a} 100,${b} 100,100 0,100`} />
          <polygon className={styles.gone} points={`0,${a} 100,${a} 100,${b}`} />
        </svg>
        <div className={styles.went}>
          <b>{format.percent(next.from_previous)}</b>
          <span aria-hidden="true">→</span>
          {next.median_seconds !== null && (
            <span className={styles.time}>{t('funnel.median', { time: format.duration(next.median_seconds).replace(/(\d) /g, '$1\u00a0') })}</span>
          )}
        </div>
      </div>
    </li>
  )
}
