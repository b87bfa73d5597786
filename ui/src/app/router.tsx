// The tree of addresses: the one place where features meet.

import { App } from 'antd'
import { createBrowserRouter, Outlet, type RouteObject } from 'react-router'
import { PageLoading } from '@/components/Loading'
import { HomeRedirect, RequireProject, RequireSession } from './guards'
import { accountRoutes, projectRoutes, publicRoutes } from './pages'
import { NotFound, RouteError } from './RouteError'
import { Shell } from './Shell'

/** Messages and dialogs live inside the router: what they say may hold links. */
function Root() {
  return <App component={false} message={{ maxCount: 3 }}><Outlet /></App>
}

export const routeTree: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <RouteError />,
    hydrateFallbackElement: <PageLoading full />,
    children: [
      ...publicRoutes,
      {
        element: <RequireSession />,
        children: [
          { index: true, path: '/', element: <HomeRedirect /> },
          ...accountRoutes,
          {
            path: '/p/:project',
            element: <RequireProject />,
            children: [{
              element: <Shell />,
              children: [{
                errorElement: <RouteError inShell />,
                children: [...projectRoutes, { index: true, element: <HomeRedirect /> }, { path: '*', element: <NotFound /> }],
              }],
            }],
          },
        ],
      },
      { path: '*', element: <NotFound full /> },
    ],
  },
]

export function createRouter() {
  return createBrowserRouter(routeTree)
}
