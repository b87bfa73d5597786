import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'desk', lazy: async () => ({ Component: (await import('./DeskPage')).DeskPage }) },
]
