import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { TrendAnswer, TrendSeries } from '@/api/types'
import { useProject } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { Sparkline } from '@/components/Sparkline'
import { useFormat } from '@/lib/useFormat'
import { encode } from '@/query/address'
import { defaultQuestion } from '@/query/defaults'
import type { Measure } from '@/query/types'
import type { DeskSeries } from './api'
import { change, type DeskRange } from './model'

export interface FigureCardsProps {
  asked: DeskSeries[]
  range: DeskRange | null
  answer: TrendAnswer | undefined
  error: Error | null
  onRetry: () => void
}

/** One card per figure; each leads to its trend. */
export function FigureCards({ asked, range, answer, error, onRetry }: FigureCardsProps) {
  if (error && !answer) return <section className="weir-card"><ErrorState error={error} onRetry={onRetry} /></section>
  return (
    <div className="weir-figures weir-desk-figures">
      {asked.map((figure, index) => (
        <FigureCard
          key={figure.key}
          figure={figure}
          range={range}
          series={answer?.series[index]}
          before={answer?.compare?.[index]}
          incomplete={answer?.incomplete?.at(-1) ?? false}
        />
      ))}
    </div>
  )
}

interface FigureCardProps {
  figure: DeskSeries
  range: DeskRange | null
  series: TrendSeries | undefined
  before: TrendSeries | undefined
  incomplete: boolean
}

function FigureCard({ figure, range, series, before, incomplete }: FigureCardProps) {
  const { t } = useTranslation('desk')
  const project = useProject()
  const format = useFormat()
  if (!series || !range) return <section className="weir-card"><BlockLoading height={118} /></section>
  const name = t(`figure.${figure.key}`)
  const show = figure.key === 'revenue' ? format.money : format.number
  return (
    <Link to={`/p/${project.id}/trend?${trendOf(figure, range)}`} className="weir-card weir-desk-figure">
      <span className="weir-figure-label">{name}</span>
      <span className="weir-figure">{show(series.total)}</span>
      <Change share={change(series, before)} />
      <Sparkline values={series.values} incomplete={incomplete} label={t('spark', { name, total: show(series.total) })} />
    </Link>
  )
}

/** Gain is teal, loss is brick, and the words say it too. */
function Change({ share }: { share: number | null }) {
  const { t } = useTranslation('desk')
  const format = useFormat()
  if (share === null) return <span className="weir-desk-change weir-faint">{t('noCompare')}</span>
  if (Math.abs(share) < 0.0005) return <span className="weir-desk-change weir-soft">{t('same')}</span>
  const up = share > 0
  return <span className={`weir-desk-change ${up ? 'weir-gain' : 'weir-loss'}`}>{t(up ? 'up' : 'down', { share: format.percent(Math.abs(share)) })}</span>
}

function trendOf(figure: DeskSeries, range: DeskRange): string {
  const { event, measure } = figure.series
  const question = {
    ...defaultQuestion('trend'),
    range: range.past ? { from: range.from, to: range.to } : { last: 30 },
    series: [{ event, measure: measure as Measure }],
  }
  return encode({ question, view: {} })
}
