import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Part as Name } from '../draft'

const order: readonly Name[] = ['who', 'what', 'when', 'limits', 'goal']

export const partId = (name: Name): string => `campaign-${name}`

/** One of the five parts of the editor, numbered. */
export function Part({ name, extra, children }: { name: Name; extra?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('campaigns')
  return (
    <section className="weir-card weir-part" id={partId(name)} tabIndex={-1} aria-labelledby={`${partId(name)}-title`}>
      <div className="weir-card-head">
        <h2 id={`${partId(name)}-title`}><span aria-hidden="true">{order.indexOf(name) + 1}</span>{t(`parts.${name}`)}</h2>
        {extra}
      </div>
      {children}
    </section>
  )
}

/** Brings a part into view and lets the keyboard go on from there. */
export function showPart(name: Name) {
  const element = document.getElementById(partId(name))
  element?.scrollIntoView({ block: 'start' })
  element?.focus({ preventScroll: true })
}
