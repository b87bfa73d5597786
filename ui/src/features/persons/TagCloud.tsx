import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { CloseOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { PersonDetail, PersonTag } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { valueText } from './model'

const manual = '$tags'

/** Tags by size of what sets the person apart, coloured by category and named in words. */
export function TagCloud({ person }: { person: PersonDetail }) {
  const { t } = useTranslation('persons')
  const project = useProject()
  const queryClient = useQueryClient()
  const editor = useRole('editor')
  const change = useMutation({
    mutationFn: (body: { append?: object; remove?: object }) => request<PersonDetail>('POST', `/projects/${project.id}/persons/${person.id}/profile`, body),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['person', project.id] }),
  })
  const categories = [...new Set(person.tags.map((tag) => tag.category))]
  const category = (name: string) => t(`categories.${name}`, { defaultValue: name })
  return (
    <section className="weir-card">
      <h2>{t('tags')}</h2>
      {person.tags.length === 0 && <p className="weir-soft">{t('tagsEmpty')}</p>}
      {person.tags.length > 0 && (
        <>
          <ul className="weir-cloud">
            {[...person.tags].sort((a, b) => b.weight - a.weight).map((tag) => (
              <li key={`${tag.tag} ${valueText(tag.value)}`} className={`weir-cloud-${hue(categories.indexOf(tag.category))}`} style={{ fontSize: size(tag) }} title={category(tag.category)}>
                {tagText(tag, t)}
                {editor && tag.tag === manual && (
                  <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('removeTag', { tag: tagText(tag, t) })} onClick={() => change.mutate({ remove: { [manual]: [tag.value] } })} />
                )}
              </li>
            ))}
          </ul>
          <ul className="weir-cloud-legend">
            {categories.map((name, index) => <li key={name} className={`weir-cloud-${hue(index)}`}><i aria-hidden="true" />{category(name)}</li>)}
          </ul>
        </>
      )}
      {editor && <AddTag busy={change.isPending} onAdd={(tag) => change.mutate({ append: { [manual]: [tag] } })} />}
      {change.isError && <ErrorState error={change.error} compact />}
    </section>
  )
}

/** Six hues, given in order of appearance. */
function hue(index: number): number {
  return ((index % 6) + 6) % 6
}

/** 12 to 20 px by weight, which is 0 for what everyone has and 1 for what nobody else has. */
function size(tag: PersonTag): number {
  return 12 + Math.round(8 * Math.min(1, Math.max(0, tag.weight)))
}

/** The groups of RFM are keys; all other tags are words already. */
function tagText(tag: PersonTag, t: (key: string, values: { defaultValue: string }) => string): string {
  if (tag.tag === 'rfm') return t(`condition:rfm.${valueText(tag.value)}`, { defaultValue: tag.label || valueText(tag.value) })
  return tag.label || valueText(tag.value) || tag.tag
}

function AddTag({ busy, onAdd }: { busy: boolean; onAdd: (tag: string) => void }) {
  const { t } = useTranslation('persons')
  const [text, setText] = useState('')
  function add() {
    const tag = text.trim()
    if (!tag) return
    onAdd(tag)
    setText('')
  }
  return (
    <div className="weir-cloud-add">
      <Input size="small" aria-label={t('addTag')} placeholder={t('addTagPlaceholder')} maxLength={60} value={text} onChange={(event) => setText(event.target.value)} onPressEnter={add} />
      <Button size="small" loading={busy} onClick={add}>{t('addTag')}</Button>
    </div>
  )
}
