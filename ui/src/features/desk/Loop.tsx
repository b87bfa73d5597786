import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign, CampaignReport, Intake } from '@/api/types'
import { useProject } from '@/app/session'
import { useFormat } from '@/lib/useFormat'

export interface LoopProps {
  intake: Intake | undefined
  segments: number | undefined
  campaigns: Campaign[] | undefined
  reports: CampaignReport[]
}

interface Step {
  key: 'collect' | 'identify' | 'sort' | 'analyse' | 'reach' | 'measure'
  to: string
  figure: string
  text: string
}

/** The whole product in one strip: each step with its figure and its page. */
export function Loop({ intake, segments, campaigns, reports }: LoopProps) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  const project = useProject()
  const extra = extraPersons(reports)
  const steps: Step[] = [
    { key: 'collect', to: intake?.events_total === 0 ? 'connect' : 'live', figure: format.number(intake?.events_total), text: t('stepText.collect') },
    { key: 'identify', to: 'persons', figure: format.number(intake?.persons_total), text: t('stepText.identify') },
    { key: 'sort', to: 'segments', figure: format.number(segments), text: t('stepText.sort') },
    { key: 'analyse', to: 'funnel', figure: t('analyseFigure'), text: t('stepText.analyse') },
    { key: 'reach', to: 'campaigns', figure: format.number(campaigns?.length), text: t('stepText.reach') },
    { key: 'measure', to: 'campaigns', figure: extra === null ? '–' : signed(extra, format.number), text: t(extra === null ? 'stepText.measureNone' : 'stepText.measure') },
  ]
  return (
    <nav className="weir-loop" aria-label={t('loop')}>
      <ol>
        {steps.map((step) => (
          <li key={step.key}>
            <Link to={`/p/${project.id}/${step.to}`}>
              <span className="weir-loop-name">{t(`step.${step.key}`)}</span>
              <span className="weir-loop-figure">{step.figure}</span>
              <span className="weir-loop-text">{step.text}</span>
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function signed(value: number, show: (value: number) => string): string {
  return value > 0 ? `+${show(value)}` : show(value)
}

/** What campaigns brought beyond their hold-outs, over those that can be read; null when none can. */
function extraPersons(reports: CampaignReport[]): number | null {
  const readable = reports.filter((report) => ['gain', 'loss', 'no_clear_difference'].includes(report.verdict) && report.lift?.conversion)
  if (readable.length === 0) return null
  return Math.round(readable.reduce((sum, report) => sum + (report.lift?.conversion?.extra_persons ?? 0), 0))
}
