import { App, Button, Drawer, InputNumber } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RfmBoard, RfmSettings } from '@/api/types'
import { useRole } from '@/app/session'
import EventPicker from '@/components/EventPicker'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import PropertyPicker from '@/components/PropertyPicker'
import { useRfmSettings, useSaveSettings } from './api'
import { DimensionFields } from './DimensionFields'
import { complete, dimensions, sameSettings } from './model'
import { Trial } from './Trial'

export interface SettingsDrawerProps {
  open: boolean
  asOf: string
  board: RfmBoard | undefined
  onClose: () => void
}

/** How the model is computed; what a change would do is shown before it is saved. */
export function SettingsDrawer({ open, asOf, board, onClose }: SettingsDrawerProps) {
  const { t } = useTranslation('rfm')
  const settings = useRfmSettings()
  return (
    <Drawer open={open} title={t('form.title')} size={520} onClose={onClose} destroyOnHidden>
      {settings.isError && <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />}
      {settings.isPending && <BlockLoading height={420} />}
      {settings.data && <Fields saved={settings.data} asOf={asOf} board={board} onClose={onClose} />}
    </Drawer>
  )
}

function Fields({ saved, asOf, board, onClose }: { saved: RfmSettings } & Omit<SettingsDrawerProps, 'open'>) {
  const { t } = useTranslation('rfm')
  const { message } = App.useApp()
  const editor = useRole('editor')
  const [draft, setDraft] = useState(saved)
  useEffect(() => setDraft(saved), [saved])
  const save = useSaveSettings()
  const change = (part: Partial<RfmSettings>) => setDraft((old) => ({ ...old, ...part }))
  const changed = !sameSettings(draft, saved)
  const whole = complete(draft)
  return (
    <div className="weir-rfm-form">
      {!editor && <p className="weir-soft">{t('form.readOnly')}</p>}
      <div className="weir-rfm-field">
        <span aria-hidden="true">{t('form.event')}</span>
        <EventPicker label={t('form.event')} value={draft.event} disabled={!editor} onChange={(event) => change({ event: Array.isArray(event) ? event[0] ?? '' : event })} />
      </div>
      <div className="weir-rfm-field">
        <span aria-hidden="true">{t('form.value')}</span>
        <PropertyPicker scope="event" event={draft.event || undefined} numeric label={t('form.value')} value={draft.value} disabled={!editor} onChange={(value) => change({ value })} />
      </div>
      <div className="weir-rfm-field">
        <label htmlFor="rfm-days">{t('form.days')}</label>
        <InputNumber id="rfm-days" min={1} max={3650} precision={0} value={draft.days} disabled={!editor} onChange={(days) => change({ days: days ?? saved.days })} />
        <small className="weir-faint">{t('form.daysHint')}</small>
      </div>
      {dimensions.map((name) => (
        <DimensionFields key={name} name={name} value={draft[name]} suggested={board?.thresholds[name] ?? 0} disabled={!editor} onChange={(value) => change({ [name]: value })} />
      ))}
      {!whole && <p className="weir-warn">{t('form.incomplete')}</p>}
      {whole && changed && <Trial asOf={asOf} settings={draft} board={board} />}
      {save.isError && <ErrorState error={save.error} compact />}
      {editor && (
        <div className="weir-rfm-save">
          <Button type="primary" disabled={!changed || !whole} loading={save.isPending} onClick={() => save.mutate(draft, { onSuccess: () => { void message.success(t('form.saved')); onClose() } })}>{t('form.save')}</Button>
          <span className="weir-soft">{changed ? t('form.warn') : t('form.same')}</span>
        </div>
      )}
    </div>
  )
}
