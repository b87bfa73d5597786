import { App, Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Campaign } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { useSegments } from '@/components/catalog'
import { errorText } from '@/components/ErrorState'
import { PageHeader } from '@/components/PageHeader'
import { useAudience, useChannel, useDeleteDraft, usePreview } from './api'
import { problemsOf, type Draft } from './draft'
import { GoalPart } from './parts/GoalPart'
import { LimitsPart } from './parts/LimitsPart'
import { ReadyPart } from './parts/ReadyPart'
import { WhatPart } from './parts/WhatPart'
import { WhenPart } from './parts/WhenPart'
import { WhoPart } from './parts/WhoPart'
import { useDraft, type DraftHandle } from './useDraft'

export interface EditorProps {
  start: Draft
  campaign?: Campaign
  onBorn?: (id: string) => void
}

/** A campaign before it is sent: five parts on one page, and what they add up to. */
export function Editor({ start, campaign, onBorn }: EditorProps) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  const editor = useRole('editor')
  const navigate = useNavigate()
  const handle = useDraft(start, campaign, campaign === undefined && start.segment !== '')
  const { draft, change, stored } = handle
  const [person, setPerson] = useState('')
  const preview = usePreview({ subject: draft.subject, html: draft.html, text: draft.text }, person)
  const audience = useAudience(stored)
  const channel = useChannel()
  const segments = useSegments()
  const id = stored?.id
  const known = campaign?.id
  useEffect(() => {
    if (!id || id === known) return
    onBorn?.(id)
    void navigate(`/p/${project.id}/campaigns/${id}`, { replace: true, preventScrollReset: true })
  }, [id, known, onBorn, navigate, project.id])
  const counts = draft.segment !== '' && stored?.segment === draft.segment ? audience.data : undefined
  const errors = preview.data?.errors ?? []
  const problems = problemsOf({
    draft, channel: channel.data, segments: segments.data?.length, audience: counts, templateErrors: errors.length, saveFailed: handle.state === 'failed',
  })
  return (
    <fieldset className="weir-campaign" disabled={!editor}>
      <PageHeader
        title={draft.name || t('untitled')}
        question={t('question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
        actions={<><Saved handle={handle} />{id && editor && <DeleteDraft id={id} name={draft.name || t('untitled')} />}</>}
      />
      <div className="weir-stack">
        <section className="weir-card weir-campaign-name">
          <label htmlFor="campaign-name">{t('name')}</label>
          <Input id="campaign-name" value={draft.name} placeholder={t('untitled')} maxLength={200} onChange={(event) => change({ name: event.target.value })} />
        </section>
        <WhoPart draft={draft} change={change} audience={counts} counting={audience.isFetching || stored?.segment !== draft.segment} error={audience.error} />
        <WhatPart draft={draft} change={change} preview={preview} person={person} setPerson={setPerson} handle={handle} />
        <div className="weir-campaign-three">
          <WhenPart draft={draft} change={change} channelRate={channel.data?.rate_per_minute} toSend={counts?.to_send} />
          <LimitsPart draft={draft} change={change} />
          <GoalPart draft={draft} change={change} />
        </div>
        <ReadyPart handle={handle} audience={counts} problems={problems} checking={channel.isPending || (draft.segment !== '' && !counts && !audience.isError)} channelRate={channel.data?.rate_per_minute} />
      </div>
    </fieldset>
  )
}

function Saved({ handle }: { handle: DraftHandle }) {
  const { t } = useTranslation('campaigns')
  if (handle.state === 'failed') {
    return (
      <span className="weir-campaign-saved weir-loss" role="alert">
        {t('saveFailed', { why: errorText(handle.error, t) })}
        <Button size="small" onClick={() => void handle.flush()}>{t('retrySave')}</Button>
      </span>
    )
  }
  const words = { new: t('notStarted'), saved: t('savedAt'), unsaved: t('unsaved'), saving: t('saving') }
  return <span className="weir-campaign-saved weir-soft" role="status">{words[handle.state]}</span>
}

function DeleteDraft({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation('campaigns')
  const { modal, message } = App.useApp()
  const project = useProject()
  const navigate = useNavigate()
  const remove = useDeleteDraft()
  const ask = () => void modal.confirm({
    title: t('ready.deleteTitle', { name }),
    content: t('ready.deleteText'),
    okText: t('ready.delete'),
    okButtonProps: { danger: true },
    cancelText: t('common:actions.cancel'),
    onOk: async () => {
      try {
        await remove.mutateAsync(id)
        void message.success(t('ready.deleted'))
        void navigate(`/p/${project.id}/campaigns`)
      } catch (error) {
        void message.error(errorText(error, t))
      }
    },
  })
  return <Button danger onClick={ask}>{t('ready.delete')}</Button>
}
