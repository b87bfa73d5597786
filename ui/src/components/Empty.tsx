import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'

export type EmptyPicture = 'water' | 'search' | 'people' | 'chart' | 'mail' | 'live'

export interface EmptyAction {
  label: string
  /** An address inside the product, or … */
  to?: string
  /** … something to do. */
  onClick?: () => void
}

export interface EmptyProps {
  picture?: EmptyPicture
  title?: string
  /** One sentence that teaches what will be here and how it gets here. */
  text: ReactNode
  action?: EmptyAction
  heading?: 'h1' | 'h2'
}

/** An empty page or list: one picture, one sentence, one action. */
export function Empty({ picture = 'water', title, text, action, heading: Heading = 'h2' }: EmptyProps) {
  return (
    <div className="weir-state">
      <Picture name={picture} />
      {title && <Heading className="weir-state-title">{title}</Heading>}
      <p className="weir-state-text">{text}</p>
      {action && <EmptyButton {...action} />}
    </div>
  )
}

function EmptyButton({ label, to, onClick }: EmptyAction) {
  if (to) return <Link to={to} className="weir-button-link">{label}</Link>
  return <Button type="primary" onClick={onClick}>{label}</Button>
}

const strokes: Record<EmptyPicture, string[]> = {
  water: ['M12 26h24q8 0 8 8v2q0 8 8 8h8q8 0 8 8v2q0 8 8 8h32'],
  search: ['M50 22a22 22 0 1 1 0 44a22 22 0 1 1 0-44', 'M66 60l18 18'],
  people: ['M42 24a11 11 0 1 1 0 22a11 11 0 1 1 0-22', 'M22 72q0-18 20-18t20 18', 'M76 32a8 8 0 1 1 0 16a8 8 0 1 1 0-16', 'M70 58q22-6 24 14'],
  chart: ['M22 18v54h74', 'M36 60V46', 'M52 60V34', 'M68 60V40', 'M84 60V26'],
  mail: ['M22 26h72v44H22z', 'M22 28l36 26l36-26'],
  live: ['M12 50h22l9-22l15 40l10-26l6 8h30'],
}

function Picture({ name }: { name: EmptyPicture }) {
  return (
    <svg className="weir-picture" width="120" height="92" viewBox="0 0 116 90" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round">
        {strokes[name].map((d) => <path key={d} d={d} />)}
        <path d="M8 84h100" className="weir-picture-line" />
      </g>
    </svg>
  )
}
