import type { RouteObject } from 'react-router'

export const routes: RouteObject[] = [
  { path: 'segments', lazy: async () => ({ Component: (await import('./SegmentsPage')).SegmentsPage }) },
  { path: 'segments/new', lazy: async () => ({ Component: (await import('./EditPage')).NewSegmentPage }) },
  { path: 'segments/:segment', lazy: async () => ({ Component: (await import('./SegmentPage')).SegmentPage }) },
  { path: 'segments/:segment/edit', lazy: async () => ({ Component: (await import('./EditPage')).EditSegmentPage }) },
]
