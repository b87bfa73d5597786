import { App, Button, Input, Segmented } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TextAreaRef } from 'antd/es/input/TextArea'
import type { InputRef } from 'antd'
import { useFormat } from '@/lib/useFormat'
import type { usePreview } from '../api'
import { insertAt, lineRange, type Content, type Draft } from '../draft'
import { starterContent } from '../starter'
import type { DraftHandle } from '../useDraft'
import { Part } from './Part'
import { PreviewPane } from './PreviewPane'
import { TestSend } from './TestSend'
import { VariableMenu } from './VariableMenu'

export interface WhatPartProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  preview: ReturnType<typeof usePreview>
  person: string
  setPerson: (person: string) => void
  handle: DraftHandle
}

type Field = keyof Content

/** The mail: its source on the left, what a person receives on the right. */
export function WhatPart({ draft, change, preview, person, setPerson, handle }: WhatPartProps) {
  const { t } = useTranslation('campaigns')
  const { language } = useFormat()
  const [format, setFormat] = useState<'html' | 'text'>('html')
  const last = useRef<Field>('html')
  const subject = useRef<InputRef>(null)
  const body = useRef<TextAreaRef>(null)
  const elementOf = (field: Field) => (field === 'subject' ? subject.current?.input : body.current?.resizableTextArea?.textArea)

  function insert(piece: string) {
    const field: Field = last.current === 'subject' ? 'subject' : format
    const element = elementOf(field)
    const text = draft[field]
    const made = insertAt(text, element?.selectionStart ?? text.length, element?.selectionEnd ?? text.length, piece)
    change({ [field]: made.text })
    // The new text is on screen after the next paint; the cursor follows it.
    requestAnimationFrame(() => {
      element?.focus()
      element?.setSelectionRange(made.cursor, made.cursor)
    })
  }
  function show(where: string, line: number | undefined) {
    const field: Field = where === 'subject' || where === 'text' ? where : 'html'
    if (field !== 'subject') setFormat(field)
    requestAnimationFrame(() => {
      const element = elementOf(field)
      const [start, end] = lineRange(draft[field], line ?? 1)
      element?.focus()
      element?.setSelectionRange(start, end)
      if (element && field !== 'subject') element.scrollTop = ((line ?? 1) - 3) * 20
    })
  }
  const errors = preview.data?.errors ?? []
  return (
    <Part name="what" extra={<TestSend handle={handle} person={person} personName={preview.data?.person?.name ?? ''} />}>
      <div className="weir-what">
        <div className="weir-what-source">
          <div className="weir-field">
            <label htmlFor="campaign-subject">{t('what.subject')}</label>
            <Input id="campaign-subject" ref={subject} value={draft.subject} maxLength={500} placeholder={t('what.subjectPlaceholder', { example: starterContent(language).subject })} onFocus={() => { last.current = 'subject' }} onChange={(event) => change({ subject: event.target.value })} />
          </div>
          <div className="weir-row weir-what-tools">
            <Segmented
              size="small"
              aria-label={t('what.source')}
              value={format}
              onChange={(value) => { last.current = value; setFormat(value) }}
              options={[{ value: 'html' as const, label: 'HTML' }, { value: 'text' as const, label: t('what.where.text') }]}
            />
            <VariableMenu onPick={insert} />
            <Starter content={draft} change={change} />
          </div>
          <Input.TextArea
            id="campaign-body"
            key={format}
            ref={body}
            aria-label={t(format === 'html' ? 'what.html' : 'what.text')}
            className="weir-what-code"
            spellCheck={format === 'text'}
            value={draft[format]}
            placeholder={format === 'text' ? t('what.textHint') : undefined}
            onFocus={() => { last.current = format }}
            onChange={(event) => change({ [format]: event.target.value })}
          />
          {errors.length > 0 && <Errors errors={errors} show={show} />}
          <p className="weir-faint">{t('what.unsubscribeNote')}</p>
        </div>
        <PreviewPane preview={preview} person={person} setPerson={setPerson} segment={draft.segment} empty={draft.subject === '' && draft.html === '' && draft.text === ''} />
      </div>
    </Part>
  )
}

interface ErrorsProps {
  errors: { where: string; what: string; line?: number }[]
  show: (where: string, line: number | undefined) => void
}

/** Every fault of the template, each a way to its line. */
function Errors({ errors, show }: ErrorsProps) {
  const { t } = useTranslation('campaigns')
  return (
    <div className="weir-what-errors" role="alert">
      <b>{t('what.errors', { count: errors.length })}</b>
      <ul>
        {errors.map((error) => (
          <li key={`${error.where} ${error.line} ${error.what}`}>
            <Button type="link" size="small" onClick={() => show(error.where, error.line)}>{t('what.line', { where: t(`what.where.${error.where}`, { defaultValue: error.where }), line: error.line ?? 1 })}</Button>
            <span>{error.what}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Starter({ content, change }: { content: Content; change: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation('campaigns')
  const { modal } = App.useApp()
  const { language } = useFormat()
  const put = () => change(starterContent(language))
  function ask() {
    if (content.html.trim() === '' && content.text.trim() === '') return put()
    void modal.confirm({ title: t('what.starterTitle'), content: t('what.starterText'), okText: t('what.replace'), cancelText: t('common:actions.cancel'), onOk: put })
  }
  return <Button size="small" onClick={ask}>{t('what.starter')}</Button>
}
