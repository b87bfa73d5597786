import { PauseOutlined, PlayCircleOutlined, StopOutlined } from '@ant-design/icons'
import { App, Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { ErrorState } from '@/components/ErrorState'
import { useFormat } from '@/lib/useFormat'
import { useChannel, useStep, type Step } from '../api'
import { sendingSeconds } from '../draft'
import { progressOf } from '../model'

/** How far sending is, and the ways to hold it; shown until it has ended. */
export function RunCard({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const format = useFormat()
  const channel = useChannel()
  const project = useProject()
  const paused = campaign.status === 'paused'
  const { done, total, share } = progressOf(campaign.counts)
  const seconds = sendingSeconds(campaign.counts.queued, campaign.rate_per_minute, channel.data?.rate_per_minute)
  return (
    <section className="weir-card weir-run" aria-labelledby="campaign-run">
      <div className="weir-card-head">
        <h2 id="campaign-run">{t('run.progress')}</h2>
        <RunButtons campaign={campaign} />
      </div>
      <Progress percent={Math.floor(share * 1000) / 10} status={paused ? 'normal' : 'active'} aria-label={t('run.progress')} />
      <p aria-live="polite" className="weir-num">
        {total === 0 ? t('run.planning') : t('run.of', { done: format.full(done), total: format.full(total) })}
        {!paused && seconds !== null && seconds > 0 && <span className="weir-soft"> · {t('run.left', { time: format.duration(seconds) })}</span>}
      </p>
      {paused && <p className="weir-warn">{t('run.paused', { count: format.full(campaign.counts.queued) })}</p>}
      {campaign.problem && (
        <p className="weir-loss" role="alert">
          {t('run.problem', { why: campaign.problem })} {paused && t('run.resumeAfter')} <Link to={`/p/${project.id}/settings/email`}>{t('problems.channelAction')}</Link>
        </p>
      )}
    </section>
  )
}

function RunButtons({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns')
  const { modal } = App.useApp()
  const format = useFormat()
  const editor = useRole('editor')
  const step = useStep()
  if (!editor) return null
  const move = (name: Step) => step.mutate({ campaign: campaign.id, step: name })
  const cancel = () => void modal.confirm({
    title: t('run.cancelTitle', { name: campaign.name }),
    content: t('run.cancelText', { count: format.full(campaign.counts.queued) }),
    okText: t('run.cancel'),
    okButtonProps: { danger: true },
    cancelText: t('run.keep'),
    onOk: () => step.mutateAsync({ campaign: campaign.id, step: 'cancel' }).catch(() => undefined),
  })
  return (
    <div className="weir-row">
      {step.isError && <ErrorState error={step.error} compact />}
      {campaign.status === 'sending' && <Button icon={<PauseOutlined aria-hidden="true" />} loading={step.isPending} onClick={() => move('pause')}>{t('run.pause')}</Button>}
      {campaign.status === 'paused' && <Button type="primary" icon={<PlayCircleOutlined aria-hidden="true" />} loading={step.isPending} onClick={() => move('resume')}>{t('run.resume')}</Button>}
      <Button danger icon={<StopOutlined aria-hidden="true" />} onClick={cancel}>{t('run.cancel')}</Button>
    </div>
  )
}
