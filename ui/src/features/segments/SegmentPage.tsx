import { DeleteOutlined, EditOutlined, MailOutlined, MoreOutlined, TeamOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '@/api/request'
import type { Segment } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { PageLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { useEveryone, useSegment } from './api'
import { useDefinition } from './definition'
import { Members } from './Members'
import { shareOf } from './model'
import './segments.css'
import { ShareBar } from './ShareBar'
import { useDelete } from './useDelete'
import { Uses } from './Uses'

/** One segment: how large it is, what it means, who is in it, and what can be done with it. */
export function SegmentPage() {
  const { t } = useTranslation('segments')
  const { segment: id = '' } = useParams()
  const project = useProject()
  const segment = useSegment(id)
  if (segment.data) return <Loaded segment={segment.data} />
  if (segment.isPending) return <PageLoading />
  if (segment.error instanceof ApiError && segment.error.status === 404) {
    return <Empty picture="search" heading="h1" text={t('notFound')} action={{ label: t('backToList'), to: `/p/${project.id}/segments` }} />
  }
  return <ErrorState error={segment.error} onRetry={() => void segment.refetch()} />
}

function Loaded({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments')
  const format = useFormat()
  const sentence = useDefinition()
  const project = useProject()
  const everyone = useEveryone()
  return (
    <>
      <PageHeader
        title={segment.name}
        question={segment.description || t('created', { time: format.dateTime(segment.created_at) })}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p></>}
        actions={<Actions segment={segment} />}
      />
      <div className="weir-stack">
        <section className="weir-card weir-segment-head">
          <div>
            <h2>{t('size')}</h2>
            <p className="weir-figure">{format.full(segment.persons)}</p>
            <ShareBar share={shareOf(segment.persons, everyone)} />
            <p className="weir-faint">{t('live')}</p>
          </div>
          <div>
            <h2>{t('definition')}</h2>
            <p className="weir-segment-sentence">{sentence(segment)}</p>
            {segment.problem && <p className="weir-warn" role="status">{t('problem', { why: segment.problem })}</p>}
          </div>
          <div>
            <h2>{t('uses')}</h2>
            <Uses uses={segment.used_by} project={project.id} none={t('usesNone')} />
          </div>
        </section>
        <Members segment={segment} />
      </div>
    </>
  )
}

function Actions({ segment }: { segment: Segment }) {
  const { t } = useTranslation('segments')
  const project = useProject()
  const editor = useRole('editor')
  const navigate = useNavigate()
  const remove = useDelete()
  const persons = { key: 'persons', icon: <TeamOutlined aria-hidden="true" />, label: t('openInPersons'), onClick: () => void navigate(`/p/${project.id}/persons?segment=${segment.id}`) }
  const deletion = { key: 'delete', icon: <DeleteOutlined aria-hidden="true" />, danger: true, label: t('delete'), onClick: () => remove(segment) }
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items: editor ? [persons, { type: 'divider' }, deletion] : [persons] }}>
        <Button icon={<MoreOutlined aria-hidden="true" />} aria-label={t('more')} />
      </Dropdown>
      {editor && <Button icon={<EditOutlined aria-hidden="true" />} onClick={() => void navigate(`/p/${project.id}/segments/${segment.id}/edit`)}>{t('common:actions.edit')}</Button>}
      {editor && <Link className="weir-button-link" to={`/p/${project.id}/campaigns/new?segment=${segment.id}`}><MailOutlined aria-hidden="true" />&nbsp;{t('startCampaign')}</Link>}
    </>
  )
}
