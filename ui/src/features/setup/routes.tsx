import type { RouteObject } from 'react-router'

export const publicRoutes: RouteObject[] = [
  { path: '/setup', lazy: async () => ({ Component: (await import('./SetupPage')).SetupPage }) },
]

export const accountRoutes: RouteObject[] = [
  { path: '/projects/new', lazy: async () => ({ Component: (await import('./NewProjectPage')).NewProjectPage }) },
]
