import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useProject, useRole } from '@/app/session'
import { PersonsDrawer } from '@/components/PersonsDrawer'
import { SaveSegmentModal } from '@/components/SaveSegmentModal'
import { fetchPlace } from './api'
import { groupCondition, type Place } from './model'

export interface Places {
  show: (place: Place) => void
  /** Undefined where nothing can be saved: on a day of the past, and for viewers. */
  save?: (key: string) => void
  startCampaign?: (key: string) => void
  /** The drawer and the dialog; to be rendered once. */
  element: ReactNode
}

/**
 * What can be done with a group or a cell. A segment of a group follows the tag «rfm», which is of today and of
 * the saved settings; a cell has no tag, so its persons can be seen and not saved.
 */
export function usePlaces(asOf: string): Places {
  const { t } = useTranslation('rfm')
  const project = useProject()
  const editor = useRole('editor')
  const navigate = useNavigate()
  const [shown, setShown] = useState<Place | null>(null)
  const [open, setOpen] = useState(false)
  const [saving, setSaving] = useState<{ key: string; campaign: boolean } | null>(null)
  const savable = editor && asOf === ''
  const save = savable ? (key: string) => setSaving({ key, campaign: false }) : undefined
  const group = shown && 'group' in shown ? shown.group : undefined
  const title = !shown ? '' : 'group' in shown ? t('drawerTitle', { name: t(`names.${shown.group}`), code: shown.code }) : t('cellTitle', shown)
  const element = (
    <>
      <PersonsDrawer
        open={open}
        title={title}
        fetchKey={['rfm', asOf, shown]}
        fetcher={shown ? (page, signal) => fetchPlace(project.id, asOf, shown, page, signal) : undefined}
        onClose={() => setOpen(false)}
        onSaveSegment={save && group ? () => { setOpen(false); save(group) } : undefined}
      />
      <SaveSegmentModal
        open={saving !== null}
        definition={saving && { condition: { ...groupCondition(saving.key) } }}
        suggestedName={saving ? t('segmentName', { name: t(`names.${saving.key}`) }) : undefined}
        onClose={() => setSaving(null)}
        onSaved={(segment) => {
          if (saving?.campaign) void navigate(`/p/${project.id}/campaigns/new?segment=${segment.id}`)
        }}
      />
    </>
  )
  return {
    show: (place) => {
      setShown(place)
      setOpen(true)
    },
    save,
    startCampaign: savable ? (key) => setSaving({ key, campaign: true }) : undefined,
    element,
  }
}
