import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { Intake } from '@/api/types'
import { useProject } from '@/app/session'
import { useFormat } from '@/lib/useFormat'

/** What came in: totals, the last minute, what was refused. */
export function IntakeFigures() {
  const { t } = useTranslation('live')
  const project = useProject()
  const format = useFormat()
  const intake = useQuery({
    queryKey: ['intake', project.id],
    refetchInterval: 5000,
    queryFn: ({ signal }) => request<Intake>('GET', `/projects/${project.id}/intake`, undefined, { signal }),
  })
  const data = intake.data
  const figures: [string, number | undefined][] = [
    ['total', data?.events_total], ['persons', data?.persons_total], ['minute', data?.last_minute], ['rejected', data?.rejected_last_hour],
  ]
  return (
    <dl className="weir-figures weir-live-figures">
      {figures.map(([key, value]) => (
        <div key={key} className="weir-card">
          <dt className="weir-figure-label">{t(`figures.${key}`)}</dt>
          <dd className={key === 'rejected' && (value ?? 0) > 0 ? 'weir-figure weir-loss' : 'weir-figure'}>{format.number(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
