import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'campaigns', lazy: async () => ({ Component: (await import('./CampaignsPage')).CampaignsPage }) },
  // «new» is a draft that has no id yet: the page stays while the first save gives it one.
  { path: 'campaigns/:campaign', lazy: async () => ({ Component: (await import('./CampaignPage')).CampaignPage }) },
]
