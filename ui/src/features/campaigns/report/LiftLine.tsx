import type { CampaignReport } from '@/api/types'
import { readingOf } from '../model'
import { toneClass, useWords } from './words'

/** A campaign's effect in one line of a table. */
export function LiftLine({ report }: { report: CampaignReport | undefined }) {
  const words = useWords()
  if (!report) return <span className="weir-faint">–</span>
  const reading = readingOf(report)
  if (reading === 'no_goal' || reading === 'waiting') return <span className="weir-faint">–</span>
  const said = words.persons(report)
  return <span className={said ? toneClass[said.tone] || 'weir-soft' : 'weir-soft'}>{said?.text}</span>
}
