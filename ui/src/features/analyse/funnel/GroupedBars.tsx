import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/useFormat'
import styles from './funnel.module.css'
import type { Group, StepRow } from './model'

export interface GroupedBarsProps {
  groups: readonly Group[]
  label: string
  colour: (group: Group) => string
  onReached: (group: Group, row: StepRow, at: HTMLElement) => void
}

/** Groups side by side in every step, each against its own first step, so that small groups can be compared with large ones. */
export default function GroupedBars({ groups, label, colour, onReached }: GroupedBarsProps) {
  const { t } = useTranslation('analyse')
  const format = useFormat()
  const steps = groups[0]?.rows ?? []
  return (
    <>
      <div className={styles.scroll}>
        <ol className={styles.chart} aria-label={label}>
          {steps.map((step, i) => (
            <li key={step.n} className={styles.groupStep}>
              <div className={styles.head}>
                <span className={styles.number}>{step.n}</span>
                <span className={styles.name} title={step.name}>
                  {step.name}
                </span>
              </div>
              <div className={`${styles.column} ${styles.group}`}>
                {groups.map((group) => {
                  const row = group.rows[i] as StepRow
                  return (
                    <button
                      key={group.key}
                      type="button"
                      className={styles.thin}
                      style={{ height: `max(2px, ${(row.from_first ?? 0) * 100}%)`, background: colour(group) }}
                      title={`${group.name} ${format.percent(row.from_first)} (${format.full(row.count)})`}
                      aria-label={`${group.name}: ${t('funnel.see_reached_of', { n: row.n, step: row.name, persons: format.full(row.count) })}`}
                      onClick={(e) => onReached(group, row, e.currentTarget)}
                    />
                  )
                })}
              </div>
            </li>
          ))}
        </ol>
      </div>
      <ul className={styles.legend} aria-label={t('trend.legend')}>
        {groups.map((group) => (
          <li key={group.key}>
            <span className={styles.mark} style={{ background: colour(group) }} />
            {group.name} <b>{format.percent(group.rows.at(-1)?.from_first)}</b>
          </li>
        ))}
      </ul>
    </>
  )
}
