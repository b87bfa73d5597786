import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { SegmentUse } from '@/api/types'
import { useProject } from '@/app/session'

const pages: Record<string, string> = { campaign: 'campaigns', segment: 'segments' }

/** What refers to a segment, each with a link where there is a page. */
export function Uses({ uses, none }: { uses: readonly SegmentUse[]; none: string }) {
  if (uses.length === 0) return <span className="weir-soft">{none}</span>
  return <ul className="weir-segment-uses">{uses.map((use) => <li key={`${use.kind} ${use.id} ${use.name}`}><UseName use={use} /></li>)}</ul>
}

function UseName({ use }: { use: SegmentUse }) {
  const { t } = useTranslation('segments')
  const project = useProject()
  const page = pages[use.kind]
  const name = t(`kinds.${page ? use.kind : 'other'}`, { name: use.name })
  if (!page) return name
  return <Link to={`/p/${project.id}/${page}${use.id ? `/${use.id}` : ''}`}>{name}</Link>
}
