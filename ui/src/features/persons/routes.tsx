import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'persons', lazy: async () => ({ Component: (await import('./PersonsPage')).PersonsPage }) },
  { path: 'persons/:person', lazy: async () => ({ Component: (await import('./PersonPage')).PersonPage }) },
]
