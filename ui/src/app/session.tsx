// Who is signed in, and which project is open. The providers are in app; pages
// and shared parts read them by these hooks.

import { createContext, useContext, type ReactNode } from 'react'
import type { Account, Project, Role, Session } from '@/api/types'

const SessionContext = createContext<Session | null>(null)
const ProjectContext = createContext<Project | null>(null)

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>
}

export function ProjectProvider({ project, children }: { project: Project; children: ReactNode }) {
  return <ProjectContext value={project}>{children}</ProjectContext>
}

/** The signed-in account and the projects it may see. Only below the shell. */
export function useSession(): { account: Account; projects: Project[] } {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession is only for pages behind sign-in')
  return session
}

/** The project named in the address. Only below /p/:project. */
export function useProject(): Project {
  const project = useContext(ProjectContext)
  if (!project) throw new Error('useProject is only for pages below /p/:project')
  return project
}

/** The open project, or null outside of one. */
export function useOptionalProject(): Project | null {
  return useContext(ProjectContext)
}

const rank: Record<Role, number> = { viewer: 0, editor: 1, owner: 2 }

/** Whether a role may do what needs at least the other. */
export function allows(role: Role, least: Role): boolean {
  return rank[role] >= rank[least]
}

/** Whether the account's role is at least this one. The server decides; this only hides what would be refused. */
export function useRole(least: Role): boolean {
  return allows(useSession().account.role, least)
}
