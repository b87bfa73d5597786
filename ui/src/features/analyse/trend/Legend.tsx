import { useTranslation } from 'react-i18next'
import styles from './legend.module.css'
import type { Line } from './model'

export interface LegendProps {
  lines: readonly Line[]
  hidden: ReadonlySet<string>
  colour: (line: Line) => string
  onToggle: (key: string) => void
}

/** The names of a chart's lines; each is a switch, for the keyboard too. */
export default function Legend({ lines, hidden, colour, onToggle }: LegendProps) {
  const { t } = useTranslation('analyse')
  if (lines.length < 2) return null
  return (
    <ul className={styles.legend} aria-label={t('trend.legend')}>
      {lines.map((line) => (
        <li key={line.key}>
          <button
            type="button"
            aria-pressed={!hidden.has(line.key)}
            className={styles.item}
            title={line.name}
            onClick={() => onToggle(line.key)}
          >
            <span
              className={styles.mark}
              style={{ background: hidden.has(line.key) ? 'transparent' : colour(line), borderColor: colour(line) }}
            />
            <span className={styles.name}>{line.name}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
