// What stands between an address and its page: the first visit goes to setup,
// a visitor without a session to sign-in, an unknown project to a page that
// says so.

import { useQuery } from '@tanstack/react-query'
import dayjs from 'dayjs'
import updateLocale from 'dayjs/plugin/updateLocale'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation, useParams } from 'react-router'
import { ApiError, request } from '@/api/request'
import type { Project, Session, SetupState } from '@/api/types'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { PageLoading } from '@/components/Loading'
import { ProjectProvider, SessionProvider, useSession } from './session'
import { sessionKey } from './queryClient'

dayjs.extend(updateLocale)

const lastProjectKey = 'weir.project'
const signedInKey = 'weir.signed-in'

/** Fetches the session; null means «nobody is signed in». */
export function useSessionQuery(enabled: boolean) {
  return useQuery({
    queryKey: sessionKey,
    enabled,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        return await request<Session>('GET', '/session', undefined, { signal })
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
  })
}

function useSetup(enabled: boolean) {
  return useQuery({ queryKey: ['setup'], enabled, queryFn: ({ signal }) => request<SetupState>('GET', '/setup', undefined, { signal }) })
}

/**
 * Everything below needs a signed-in account. A browser that never had a session
 * here asks first whether there is an owner and a session at all: asking for the
 * session would only be refused.
 */
export function RequireSession() {
  const location = useLocation()
  const [stranger] = useState(() => localStorage.getItem(signedInKey) === null)
  const setup = useSetup(stranger)
  const session = useSessionQuery(!stranger || setup.data?.signed_in === true)
  useEffect(() => {
    if (session.data) localStorage.setItem(signedInKey, '1')
  }, [session.data])
  if (session.data) return <SessionProvider session={session.data}><Outlet /></SessionProvider>
  const failed = setup.isError ? setup : session.isError ? session : null
  if (failed) return <FullPageError error={failed.error} onRetry={() => void failed.refetch()} />
  if (session.data === null || setup.data?.signed_in === false) return <SignInFirst next={location.pathname + location.search} />
  return <PageLoading full />
}

/** Nobody is signed in: to setup on a server without an owner, else to sign-in. */
function SignInFirst({ next }: { next: string }) {
  const setup = useSetup(true)
  if (setup.isError) return <FullPageError error={setup.error} onRetry={() => void setup.refetch()} />
  if (setup.isPending) return <PageLoading full />
  if (setup.data.needs_owner) return <Navigate to="/setup" replace />
  return <Navigate to={next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`} replace />
}

function FullPageError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return <main className="weir-full"><ErrorState error={error} onRetry={onRetry} /></main>
}

/** «/»: the project last open in this browser, else the first one. */
export function HomeRedirect() {
  const { projects } = useSession()
  const last = localStorage.getItem(lastProjectKey)
  const project = projects.find((p) => p.id === last) ?? projects[0]
  return <Navigate to={project ? `/p/${project.id}/desk` : '/projects/new'} replace />
}

export function findProject(projects: Project[], named: string | undefined): Project | undefined {
  return projects.find((p) => p.id === named) ?? projects.find((p) => p.name === named)
}

/** Everything below needs the project named in the address. */
export function RequireProject() {
  const { t } = useTranslation()
  const { projects } = useSession()
  const project = findProject(projects, useParams().project)
  useEffect(() => {
    if (!project) return
    localStorage.setItem(lastProjectKey, project.id)
    // Date pickers start their weeks as the project does.
    for (const name of ['en', 'zh-cn']) dayjs.updateLocale(name, { weekStart: project.week_start % 7 })
  }, [project])
  if (!project) {
    return (
      <main className="weir-full">
        <Empty picture="search" title={t('errors.projectNotFound')} text={t('errors.projectNotFoundText')} action={{ label: t('errors.goHome'), to: '/' }} />
      </main>
    )
  }
  return <ProjectProvider project={project} key={project.id}><Outlet /></ProjectProvider>
}
