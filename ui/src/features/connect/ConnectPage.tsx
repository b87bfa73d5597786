import { useQuery } from '@tanstack/react-query'
import { Tabs } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '@/api/request'
import type { Intake } from '@/api/types'
import { useProject } from '@/app/session'
import { CopyButton, CopyField } from '@/components/CopyField'
import { PageHeader } from '@/components/PageHeader'
import { Arrivals } from './Arrivals'
import { snippet, ways, type Way } from './snippets'
import './connect.css'

/** The first-run guide: key, snippet, and the first event arriving. */
export function ConnectPage() {
  const { t } = useTranslation('connect')
  const project = useProject()
  const intake = useQuery({
    queryKey: ['intake', project.id],
    queryFn: ({ signal }) => request<Intake>('GET', `/projects/${project.id}/intake`, undefined, { signal }),
  })
  const total = intake.data?.events_total ?? 0
  return (
    <>
      <PageHeader title={t('title')} question={t('question')} help={<><p>{t('help1')}</p><p>{t('help2')}</p></>} />
      <div className="weir-connect">
        <div className="weir-stack">
          {total > 0 && (
            <p className="weir-connect-already">{t('already', { count: total, persons: intake.data?.persons_total ?? 0 })}</p>
          )}
          <Step number={1} title={t('step1')} text={t('step1Text')}><CopyField text={project.write_key} label={t('step1')} /></Step>
          <Step number={2} title={t('step2')}><Ways /></Step>
          <section className="weir-card">
            <h2>{t('files')}</h2>
            <p className="weir-soft">{t('filesText')}</p>
            <Block label={t('code')} code={`weir import events.csv --project ${project.id} \\\n  --server ${window.location.origin} --key ${project.write_key}`} />
          </section>
        </div>
        <div className="weir-connect-wait"><Step number={3} title={t('step3')}><Arrivals /></Step></div>
      </div>
    </>
  )
}

function Step({ number, title, text, children }: { number: number; title: string; text?: string; children: ReactNode }) {
  return (
    <section className="weir-card weir-connect-step">
      <h2><span className="weir-connect-number" aria-hidden="true">{number}</span>{title}{text && <span className="weir-soft weir-connect-note">{text}</span>}</h2>
      {children}
    </section>
  )
}

function Ways() {
  const { t } = useTranslation('connect')
  const [way, setWay] = useState<Way>('curl')
  return (
    <Tabs
      activeKey={way}
      onChange={(key) => setWay(key as Way)}
      items={ways.map((key) => ({ key, label: t(`way.${key}`), children: <Code way={key} /> }))}
    />
  )
}

function Code({ way }: { way: Way }) {
  const { t } = useTranslation('connect')
  const project = useProject()
  const { install, code } = snippet(way, { origin: window.location.origin, writeKey: project.write_key, project: project.id })
  return (
    <div className="weir-stack weir-connect-code">
      <p className="weir-soft">{t(`wayText.${way}`)}</p>
      {install && <Block label={t('install')} code={install} />}
      <Block label={t('code')} code={code} />
      <p><a href="/api/docs" target="_blank" rel="noopener">{t('docs')}</a></p>
    </div>
  )
}

function Block({ label, code }: { label: string; code: string }) {
  return (
    <figure className="weir-code-block">
      <figcaption><span>{label}</span><CopyButton text={code} label={label} /></figcaption>
      {/* A long line scrolls; the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="weir-code" tabIndex={0}><code>{code}</code></pre>
    </figure>
  )
}
