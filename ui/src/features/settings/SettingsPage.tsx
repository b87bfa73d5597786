import { lazy, Suspense, type ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, NavLink, useParams } from 'react-router'
import type { Role } from '@/api/types'
import { allows, useProject, useSession } from '@/app/session'
import { BlockLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import './settings.css'

interface Section {
  key: string
  least: Role
  Component: ComponentType
}

const sections: Section[] = [
  { key: 'project', least: 'viewer', Component: lazy(async () => ({ default: (await import('./ProjectSection')).ProjectSection })) },
  { key: 'accounts', least: 'owner', Component: lazy(async () => ({ default: (await import('./AccountsSection')).AccountsSection })) },
  { key: 'tokens', least: 'owner', Component: lazy(async () => ({ default: (await import('./TokensSection')).TokensSection })) },
  { key: 'email', least: 'editor', Component: lazy(async () => ({ default: (await import('./EmailSection')).EmailSection })) },
  { key: 'suppressions', least: 'viewer', Component: lazy(async () => ({ default: (await import('./SuppressionsSection')).SuppressionsSection })) },
  { key: 'account', least: 'viewer', Component: lazy(async () => ({ default: (await import('./AccountSection')).AccountSection })) },
]

export function SettingsPage() {
  const { t } = useTranslation('settings')
  const project = useProject()
  const { role } = useSession().account
  const named = useParams().section
  const shown = sections.filter((section) => allows(role, section.least))
  const section = shown.find((s) => s.key === (named ?? 'project'))
  if (!section) return <Navigate to={`/p/${project.id}/settings`} replace />
  return (
    <>
      <PageHeader title={t('title')} question={t('question')} />
      <div className="weir-settings">
        <nav aria-label={t('sections')} className="weir-settings-nav">
          {shown.map(({ key }) => (
            <NavLink key={key} to={`/p/${project.id}/settings${key === 'project' ? '' : `/${key}`}`} end className="weir-nav-item">{t(`section.${key}`)}</NavLink>
          ))}
        </nav>
        <div className="weir-settings-body">
          <Suspense fallback={<div className="weir-card"><BlockLoading height={320} /></div>}><section.Component /></Suspense>
        </div>
      </div>
    </>
  )
}
