import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'rfm', lazy: async () => ({ Component: (await import('./RfmPage')).RfmPage }) },
]
