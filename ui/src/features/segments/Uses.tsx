import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { SegmentUse } from '@/api/types'

const pages: Record<string, string> = { campaign: 'campaigns', segment: 'segments' }

export interface UsesProps {
  uses: readonly SegmentUse[]
  /** Given, not taken from the page: dialogs are drawn outside of it. */
  project: string
  none?: string
  /** A link was followed. */
  onFollow?: () => void
}

/** What refers to a segment, each with a link where there is a page. */
export function Uses({ uses, project, none, onFollow }: UsesProps) {
  const { t } = useTranslation('segments')
  if (uses.length === 0) return <span className="weir-soft">{none}</span>
  return (
    <ul className="weir-segment-uses">
      {uses.map((use, index) => {
        const page = pages[use.kind]
        const name = t(`kinds.${page ? use.kind : 'other'}`, { name: use.name })
        return (
          // Campaigns may come without an id, and two of them may have one name.
          <li key={`${index} ${use.kind} ${use.id}`}>
            {page ? <Link to={`/p/${project}/${page}${use.id ? `/${use.id}` : ''}`} onClick={onFollow}>{name}</Link> : name}
          </li>
        )
      })}
    </ul>
  )
}
