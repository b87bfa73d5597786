import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { SegmentEstimate } from '@/api/types'
import { useProject } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { personLabel } from '@/components/PersonsDrawer'
import { useFormat } from '@/lib/useFormat'
import type { Condition } from '@/query/types'
import { useEstimate } from './api'
import { shareOf } from './model'

/** Who would be in the segment if it were saved now: the size, its share, and a sample. */
export function EstimateCard({ condition }: { condition: Condition | undefined }) {
  const { t } = useTranslation('segments')
  const estimate = useEstimate(condition)
  return (
    <section className="weir-card weir-estimate" aria-label={t('estimate.title')}>
      <h2>{t('estimate.title')}</h2>
      {estimate.idle && <p className="weir-soft">{t('estimate.idle')}</p>}
      {!estimate.idle && estimate.isError && <ErrorState error={estimate.error} onRetry={() => void estimate.refetch()} compact />}
      {!estimate.idle && !estimate.data && !estimate.isError && <BlockLoading height={180} />}
      {!estimate.idle && estimate.data && !estimate.isError && <Answer answer={estimate.data} stale={estimate.stale} />}
    </section>
  )
}

function Answer({ answer, stale }: { answer: SegmentEstimate; stale: boolean }) {
  const { t } = useTranslation('segments')
  const format = useFormat()
  const project = useProject()
  const share = shareOf(answer.persons, answer.total)
  return (
    <div className={stale ? 'weir-stale' : undefined} aria-busy={stale}>
      <div aria-live="polite">
        <span className="weir-figure" data-testid="estimate-persons">{format.full(answer.persons)}</span> {t('estimate.persons')}
        <div className="weir-estimate-bar" role="img" aria-label={`${t('estimate.bar')} ${format.percent(share)}`}><i style={{ width: `${(share ?? 0) * 100}%` }} /></div>
        <p className="weir-soft">{t('estimate.share', { share: format.percent(share), total: format.full(answer.total) })}</p>
      </div>
      {answer.persons === 0 ? <p className="weir-warn">{t('estimate.nobody')}</p> : (
        <>
          <h3>{t('estimate.sample')}</h3>
          <p className="weir-faint">{t('estimate.sampleHint')}</p>
          <ul className="weir-estimate-sample">
            {answer.sample.map((person) => (
              <li key={person.id}>
                <Link to={`/p/${project.id}/persons/${person.id}`} target="_blank" rel="noreferrer">{personLabel(person)}</Link>
                <span>{format.relative(person.last_seen)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
