import { App, Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router'
import { ApiError } from '@/api/request'
import type { Segment } from '@/api/types'
import { useProject, useRole } from '@/app/session'
import ConditionBuilder from '@/components/condition/ConditionBuilder'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { PageLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { finished, unfinishedRows } from '@/query/condition'
import type { Condition } from '@/query/types'
import { useSaveSegment, useSegment, type SegmentFields } from './api'
import { conditionOf, useDefinition } from './definition'
import { EstimateCard } from './EstimateCard'
import './segments.css'

/** Writes a new segment; ?condition= gives the rule to start from. */
export function NewSegmentPage() {
  const [search] = useSearchParams()
  return <Editor start={conditionOf({ condition: readJson(search.get('condition')) })} />
}

function readJson(text: string | null): Record<string, unknown> | null {
  try {
    return text ? (JSON.parse(text) as Record<string, unknown>) : null
  } catch {
    return null
  }
}

export function EditSegmentPage() {
  const { t } = useTranslation('segments')
  const { segment: id = '' } = useParams()
  const project = useProject()
  const segment = useSegment(id)
  if (segment.data) return <Editor key={segment.data.id} saved={segment.data} start={conditionOf(segment.data)} />
  if (segment.isPending) return <PageLoading />
  if (segment.error instanceof ApiError && segment.error.status === 404) {
    return <Empty picture="search" heading="h1" text={t('notFound')} action={{ label: t('backToList'), to: `/p/${project.id}/segments` }} />
  }
  return <ErrorState error={segment.error} onRetry={() => void segment.refetch()} />
}

interface EditorProps {
  saved?: Segment
  start: Condition | undefined
}

function Editor({ saved, start }: EditorProps) {
  const { t } = useTranslation('segments')
  const project = useProject()
  const editor = useRole('editor')
  const navigate = useNavigate()
  const { message } = App.useApp()
  const sentence = useDefinition()
  const [form] = Form.useForm<SegmentFields>()
  const [condition, setCondition] = useState(start)
  const [asked, setAsked] = useState(false)
  const save = useSaveSegment(saved?.id)
  const written = finished(condition)
  // A rule that is a question, or that this version cannot show, is left as it is.
  const fixed = saved !== undefined && start === undefined
  const back = saved ? `/p/${project.id}/segments/${saved.id}` : `/p/${project.id}/segments`
  const unfinished = unfinishedRows(condition)
  if (!editor) return <Navigate to={back} replace />
  function submit(fields: SegmentFields) {
    setAsked(true)
    if (!fixed && !written) return
    const body = { name: fields.name.trim(), description: fields.description?.trim() ?? '', ...(fixed ? {} : { condition: written }) }
    save.mutate(body, {
      onSuccess: (segment) => {
        void message.success(t('edit.saved', { name: segment.name, count: segment.persons }))
        void navigate(`/p/${project.id}/segments/${segment.id}`)
      },
    })
  }
  return (
    <>
      <PageHeader
        title={saved ? t('edit.title') : t('edit.newTitle')}
        question={t('edit.question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p></>}
        actions={(
          <>
            <Button onClick={() => void navigate(back)}>{t('common:actions.cancel')}</Button>
            <Button type="primary" loading={save.isPending} onClick={() => { setAsked(true); form.submit() }}>{t(saved ? 'edit.save' : 'edit.create')}</Button>
          </>
        )}
      />
      <div className="weir-segment-edit">
        <div className="weir-stack">
          <section className="weir-card">
            <Form<SegmentFields> form={form} layout="vertical" requiredMark={false} initialValues={{ name: saved?.name, description: saved?.description }} onFinish={submit} className="weir-segment-fields">
              <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('edit.nameRequired') }]}>
                <Input autoFocus={!saved} maxLength={200} placeholder={t('edit.namePlaceholder')} />
              </Form.Item>
              <Form.Item name="description" label={t('common:words.description')}>
                <Input maxLength={1000} placeholder={t('edit.descriptionPlaceholder')} />
              </Form.Item>
            </Form>
            {save.isError && <ErrorState error={save.error} compact />}
          </section>
          <section className="weir-card">
            <h2>{t('edit.rule')}</h2>
            {fixed && saved ? (
              <>
                <p className="weir-segment-sentence">{sentence(saved)}</p>
                <p className="weir-soft">{t('edit.ruleOfQuestion')}</p>
              </>
            ) : <ConditionBuilder value={condition} onChange={setCondition} scope="person" label={t('edit.rule')} sentence />}
            {asked && !fixed && !written && <p className="weir-loss" role="alert">{t('edit.ruleRequired')}</p>}
            {asked && written && unfinished > 0 && <p className="weir-warn">{t('edit.unfinished', { count: unfinished })}</p>}
          </section>
        </div>
        {!fixed && <aside><EstimateCard condition={written} /></aside>}
      </div>
    </>
  )
}
