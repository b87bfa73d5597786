import { Dropdown, type MenuProps } from 'antd'
import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question as ApiQuestion } from '@/api/types'
import { PersonsDrawer } from '@/components/PersonsDrawer'
import { SaveSegmentModal } from '@/components/SaveSegmentModal'
import type { Cell, Question } from '@/query/types'
import { wireActors } from '@/query/wire'
import { useCalendar } from './useAnswer'

/** A cell of an answer that a person pointed at, with what it is called. */
export interface Target {
  cell: Cell
  title: string
  question: Question
  /** A neighbouring cell that the menu offers by its own words, such as those who did not come back. */
  other?: { label: string; cell: Cell; title: string }
}

export interface CellsOptions {
  /** Called for «break down by…»; without it the menu does not offer it. */
  onBreakdown?: () => void
}

export interface Cells {
  /** Opens the menu of a cell at a place of the window, or below the button that was pressed. */
  open: (target: Target, at: { x: number; y: number } | HTMLElement) => void
  showPersons: (target: Target) => void
  saveSegment: (target: Target) => void
  /** The menu, the drawer and the dialog; to be rendered once. */
  element: ReactNode
}

type Opened = { target: Target; x: number; y: number; back: HTMLElement | null }

/** What can be done with a cell of an answer: see its persons, save them as a segment, break it down. */
export function useCells({ onBreakdown }: CellsOptions = {}): Cells {
  const { t } = useTranslation('question')
  const calendar = useCalendar()
  const [menu, setMenu] = useState<Opened | null>(null)
  const [listed, setListed] = useState<Target | null>(null)
  const [listing, setListing] = useState(false)
  const [saved, setSaved] = useState<Target | null>(null)
  const [saving, setSaving] = useState(false)
  // The cell from which the menu led to the drawer or the dialog: the menu is gone when they close.
  const origin = useRef<HTMLElement | null>(null)

  const open = useCallback((target: Target, at: { x: number; y: number } | HTMLElement) => {
    const box = at instanceof HTMLElement ? at.getBoundingClientRect() : null
    origin.current = at instanceof HTMLElement ? at : null
    const place = box ? { x: box.left, y: box.bottom } : (at as { x: number; y: number })
    setMenu({ target, ...place, back: at instanceof HTMLElement ? at : null })
  }, [])
  const showPersons = useCallback((target: Target) => {
    setListed(target)
    setListing(true)
  }, [])
  const saveSegment = useCallback((target: Target) => {
    setSaved(target)
    setSaving(true)
  }, [])
  const returnFocus = () => {
    const place = origin.current
    origin.current = null
    if (place) setTimeout(() => place.focus(), 0)
  }
  const close = () => {
    menu?.back?.focus()
    setMenu(null)
  }

  const items: NonNullable<MenuProps['items']> = [
    { key: 'title', type: 'group', label: menu?.target.title },
    { key: 'persons', label: t('menu.persons') },
    { key: 'save', label: t('menu.save') },
    ...(menu?.target.other ? [{ type: 'divider' as const }, { key: 'other', label: menu.target.other.label }] : []),
    ...(onBreakdown ? [{ type: 'divider' as const }, { key: 'breakdown', label: t('menu.breakdown') }] : []),
  ]
  const onClick: MenuProps['onClick'] = ({ key }) => {
    const target = menu?.target
    close()
    if (!target) return
    if (key === 'persons') showPersons(target)
    if (key === 'save') saveSegment(target)
    if (key === 'other' && target.other) showPersons({ ...target.other, question: target.question })
    if (key === 'breakdown') onBreakdown?.()
  }
  const body = useMemo(() => listed && (wireActors(listed.question, calendar, listed.cell) as unknown as ApiQuestion), [listed, calendar])
  const definition = useMemo(
    () => saved && { question: wireActors(saved.question, calendar, saved.cell) as unknown as ApiQuestion },
    [saved, calendar],
  )
  const element = (
    <>
      {menu && (
        <Dropdown
          open
          autoFocus
          trigger={['click']}
          placement="bottomLeft"
          menu={{ items, onClick }}
          onOpenChange={(next) => {
            if (!next) close()
          }}
        >
          <span aria-hidden style={{ position: 'fixed', left: menu.x, top: menu.y, width: 1, height: 1 }} />
        </Dropdown>
      )}
      <PersonsDrawer
        open={listing}
        title={listed?.title ?? ''}
        body={body ?? undefined}
        onClose={() => {
          setListing(false)
          returnFocus()
        }}
        // The list stays open below the dialog: closing it would take the focus away from the dialog's first field.
        onSaveSegment={() => listed && saveSegment(listed)}
      />
      <SaveSegmentModal
        open={saving}
        definition={definition}
        suggestedName={saved?.title}
        onClose={() => {
          setSaving(false)
          if (!listing) returnFocus()
        }}
      />
    </>
  )
  return { open, showPersons, saveSegment, element }
}
