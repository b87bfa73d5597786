// The routes of all features, collected. A features/<name>/routes.tsx exports
// `routes`, the pages below /p/:project, and may export `accountRoutes`, pages
// that need an account but no project, and `publicRoutes`, pages before sign-in.

import type { RouteObject } from 'react-router'

interface RoutesModule {
  routes?: RouteObject[]
  accountRoutes?: RouteObject[]
  publicRoutes?: RouteObject[]
}

const modules = Object.values(
  import.meta.glob<RoutesModule>(['../features/*/routes.tsx', '../features/*/*/routes.tsx'], { eager: true }),
)

export const projectRoutes = modules.flatMap((module) => module.routes ?? [])
export const accountRoutes = modules.flatMap((module) => module.accountRoutes ?? [])
export const publicRoutes = modules.flatMap((module) => module.publicRoutes ?? [])

/** First path segments that exist below /p/:project: the navigation shows nothing else. */
export const projectPaths: ReadonlySet<string> = new Set(projectRoutes.flatMap(firstSegments))

function firstSegments(route: RouteObject): string[] {
  if (route.path) return [route.path.split('/')[0] ?? '']
  return (route.children ?? []).flatMap(firstSegments)
}
