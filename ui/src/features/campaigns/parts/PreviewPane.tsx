import { Segmented, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '@/components/ErrorState'
import { personLabel } from '@/components/PersonsDrawer'
import { usePreviewPersons, type usePreview } from '../api'
import { framed, type Scheme } from '../frame'

export interface PreviewPaneProps {
  preview: ReturnType<typeof usePreview>
  person: string
  setPerson: (person: string) => void
  segment: string
  empty: boolean
}

type Width = 'phone' | 'desktop'
type Kind = 'html' | 'text'

interface Shown {
  subject: string
  html: string
  text: string
}

/** The mail as one person receives it, on a phone or a desktop, in a light or a dark mail program. */
export function PreviewPane({ preview, person, setPerson, segment, empty }: PreviewPaneProps) {
  const { t } = useTranslation('campaigns')
  const [width, setWidth] = useState<Width>('phone')
  const [scheme, setScheme] = useState<Scheme>('light')
  const [kind, setKind] = useState<Kind>('html')
  const broken = (preview.data?.errors.length ?? 0) > 0
  const shown = useLastGood(preview.data && !broken ? preview.data : undefined)
  return (
    <div className="weir-preview" role="group" aria-label={t('preview.title')}>
      <div className="weir-row">
        <PersonSelect person={person} setPerson={setPerson} segment={segment} />
        <Segmented<Width> size="small" aria-label={t('preview.width')} value={width} onChange={setWidth} options={[{ value: 'phone', label: t('preview.phone') }, { value: 'desktop', label: t('preview.desktop') }]} />
        <Segmented<Scheme> size="small" aria-label={t('preview.theme')} value={scheme} onChange={setScheme} options={[{ value: 'light', label: t('preview.light') }, { value: 'dark', label: t('preview.dark') }]} />
        <Segmented<Kind> size="small" aria-label={t('what.source')} value={kind} onChange={setKind} options={[{ value: 'html', label: t('preview.html') }, { value: 'text', label: t('preview.text') }]} />
      </div>
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} compact />}
      {empty && <p className="weir-soft weir-preview-empty">{t('preview.empty')}</p>}
      {broken && shown && <p className="weir-warn">{t('preview.stale')}</p>}
      {!empty && shown && (
        // A desktop's width scrolls within the stage, also by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={preview.stale || broken ? 'weir-preview-stage weir-preview-old' : 'weir-preview-stage'} tabIndex={0} role="group" aria-label={t('preview.frame')}>
          <div className={`weir-preview-device weir-preview-${width} weir-preview-${scheme}`}>
            <p className="weir-preview-subject"><span className="weir-visually-hidden">{t('preview.subject')}</span>{shown.subject || '–'}</p>
            {kind === 'html' && shown.html !== ''
              ? <iframe key={scheme} title={t('preview.frame')} sandbox="" srcDoc={framed(shown.html, scheme)} style={{ colorScheme: scheme }} />
              : <pre>{shown.text}</pre>}
          </div>
        </div>
      )}
    </div>
  )
}

/** While a template has errors the last good rendering stays, dimmed. */
function useLastGood(now: Shown | undefined): Shown | undefined {
  const [good, setGood] = useState(now)
  useEffect(() => {
    if (now) setGood(now)
  }, [now])
  return now ?? good
}

function PersonSelect({ person, setPerson, segment }: Pick<PreviewPaneProps, 'person' | 'setPerson' | 'segment'>) {
  const { t } = useTranslation('campaigns')
  const [words, setWords] = useState('')
  const persons = usePreviewPersons(segment, words)
  const first = persons.data?.persons[0]?.id
  useEffect(() => {
    // A real person from the start: a template looks right only with real values.
    if (person === '' && words === '' && first) setPerson(first)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [first])
  const options = [
    { value: '', label: t('preview.nobody') },
    ...(persons.data?.persons ?? []).map((p) => ({ value: p.id, label: personLabel(p) })),
  ]
  return (
    <Select
      className="weir-preview-person"
      aria-label={t('preview.person')}
      placeholder={t('preview.personPlaceholder')}
      showSearch={{ filterOption: false, onSearch: setWords }}
      value={person}
      onChange={setPerson}
      options={options}
      loading={persons.isFetching}
    />
  )
}
