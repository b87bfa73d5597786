import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'trend', lazy: async () => ({ Component: (await import('./trend/TrendPage')).default }) },
  { path: 'funnel', lazy: async () => ({ Component: (await import('./funnel/FunnelPage')).default }) },
  { path: 'retention', lazy: async () => ({ Component: (await import('./retention/RetentionPage')).default }) },
]
