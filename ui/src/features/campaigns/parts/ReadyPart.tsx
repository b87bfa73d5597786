import { SendOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CampaignAudience } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { useNames, useSegments } from '@/components/catalog'
import { ErrorState } from '@/components/ErrorState'
import { useFormat } from '@/lib/useFormat'
import { useStep } from '../api'
import type { Problem } from '../draft'
import type { DraftHandle } from '../useDraft'
import { showPart } from './Part'

export interface ReadyPartProps {
  handle: DraftHandle
  audience: CampaignAudience | undefined
  problems: Problem[]
  checking: boolean
  channelRate: number | undefined
}

/** What sending would do, in one sentence; what still stands in its way; and the one button. */
export function ReadyPart({ handle, audience, problems, checking }: ReadyPartProps) {
  const { t } = useTranslation('campaigns')
  const { modal, message } = App.useApp()
  const format = useFormat()
  const editor = useRole('editor')
  const step = useStep()
  const [storing, setStoring] = useState(false)
  const blocking = problems.filter((problem) => !problem.warning)
  const sentence = useSentence(handle, audience)
  const count = format.full(audience?.to_send ?? 0)
  async function ask() {
    setStoring(true)
    const stored = await handle.flush()
    setStoring(false)
    if (!stored) return
    void modal.confirm({
      title: t('ready.confirmTitle', { count }),
      content: <><p>{sentence}</p><p className="weir-soft">{t('ready.confirmText', { subject: handle.draft.subject })}</p></>,
      okText: t('ready.confirm', { count }),
      cancelText: t('common:actions.cancel'),
      width: 520,
      onOk: () => step.mutateAsync({ campaign: stored.id, step: 'send' }).then(() => {
        void message.success(t('ready.started'))
        // The report takes this page's place, and begins at its top.
        window.scrollTo({ top: 0 })
      }, () => undefined),
    })
  }
  return (
    <section className="weir-card weir-ready" aria-labelledby="campaign-ready">
      <h2 id="campaign-ready">{t('ready.title')}</h2>
      {audience && blocking.length === 0 && <p className="weir-ready-sentence" aria-live="polite">{sentence}</p>}
      {blocking.length > 0 && (
        <>
          <p>{t('ready.notYet')}</p>
          <ul className="weir-problems">{blocking.map((problem) => <ProblemLine key={problem.key} problem={problem} handle={handle} />)}</ul>
        </>
      )}
      <ul className="weir-problems">{problems.filter((problem) => problem.warning).map((problem) => <ProblemLine key={problem.key} problem={problem} handle={handle} />)}</ul>
      {step.isError && <ErrorState error={step.error} compact />}
      {editor && (
        <Button type="primary" size="large" icon={<SendOutlined aria-hidden="true" />} disabled={blocking.length > 0 || checking || !audience} loading={storing || step.isPending} onClick={() => void ask()}>
          {t('ready.send')}
        </Button>
      )}
    </section>
  )
}

function useSentence({ draft }: DraftHandle, audience: CampaignAudience | undefined): string {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const segments = useSegments()
  const names = useNames()
  if (!audience) return ''
  const segment = segments.data?.find((s) => s.id === draft.segment)?.name ?? draft.segment
  const event = draft.goal?.event
  return [
    t('ready.sentence', { segment, count: format.full(audience.to_send) }),
    audience.holdout > 0 ? t('ready.holdout', { count: format.full(audience.holdout) }) : '',
    draft.rate_per_minute > 0 ? t('ready.rate', { rate: format.full(draft.rate_per_minute) }) : '',
    event ? t('ready.goal', { days: draft.goal?.days, event: names.event(event) ?? event }) : t('ready.noGoal'),
    t('ready.end'),
  ].join('')
}

function ProblemLine({ problem, handle }: { problem: Problem; handle: DraftHandle }) {
  const { t } = useTranslation('campaigns')
  const project = useProject()
  const { part, page } = problem
  const write = problem.key === 'subject' || problem.key === 'body'
  const channel = problem.key === 'channel' || problem.key === 'publicUrl'
  const action = write ? t('problems.writeAction') : channel ? t('problems.channelAction') : t(`problems.${problem.key}Action`)
  return (
    <li className={problem.warning ? 'weir-soft' : 'weir-warn'}>
      <span>{t(`problems.${problem.key}`)}</span>
      {page && <Link to={`/p/${project.id}/${page}`}>{action}</Link>}
      {part && <Button type="link" size="small" onClick={() => showPart(part)}>{action}</Button>}
      {problem.key === 'unsaved' && <Button type="link" size="small" onClick={() => void handle.flush()}>{action}</Button>}
    </li>
  )
}
