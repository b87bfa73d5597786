import { useTranslation } from 'react-i18next'
import type { RfmBoard, RfmSettings } from '@/api/types'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { useFormat } from '@/lib/useFormat'
import { useTrial } from './api'
import { compareBoards } from './model'

/** The eight groups now and by the settings tried out. */
export function Trial({ asOf, settings, board }: { asOf: string; settings: RfmSettings; board: RfmBoard | undefined }) {
  const { t } = useTranslation('rfm')
  const format = useFormat()
  const trial = useTrial(asOf, settings, true)
  return (
    <section aria-label={t('form.preview')}>
      <h3>{t('form.preview')}</h3>
      {trial.isError && <ErrorState error={trial.error} onRetry={() => void trial.refetch()} compact />}
      {!trial.data && !trial.isError && <BlockLoading height={260} />}
      {trial.data && !trial.isError && (
        <div className={trial.stale ? 'weir-stale' : undefined} aria-live="polite" aria-busy={trial.stale}>
          <p className="weir-faint">{t('form.previewHint', { date: format.date(trial.data.as_of) })}</p>
          <table className="weir-rfm-trial">
            <thead><tr><th scope="col">{t('group')}</th><th scope="col">{t('form.now')}</th><th scope="col">{t('form.after')}</th><th scope="col">{t('form.change')}</th></tr></thead>
            <tbody>
              {compareBoards(board, trial.data).map((row) => (
                <tr key={row.key}>
                  <th scope="row">{t(`names.${row.key}`)} <code>{row.code}</code></th>
                  <td>{format.full(row.now)}</td><td>{format.full(row.after)}</td><td>{signed(row.after - row.now, format.full)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function signed(value: number, write: (value: number) => string): string {
  return value > 0 ? `+${write(value)}` : value < 0 ? `−${write(-value)}` : '0'
}
