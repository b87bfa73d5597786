import {
  AimOutlined, ApiOutlined, BarChartOutlined, FieldTimeOutlined, FilterOutlined, HomeOutlined, SendOutlined, SettingOutlined,
  TableOutlined, TeamOutlined, ThunderboltOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'

export interface NavigationItem {
  /** The first path segment below /p/:project, and the key of its words. */
  path: string
  icon: ReactNode
}

export interface NavigationGroup {
  key: 'home' | 'analyse' | 'people' | 'reach' | 'data' | 'system'
  items: NavigationItem[]
}

const all: NavigationGroup[] = [
  { key: 'home', items: [{ path: 'desk', icon: <HomeOutlined /> }] },
  {
    key: 'analyse',
    items: [
      { path: 'trend', icon: <BarChartOutlined /> },
      { path: 'funnel', icon: <FilterOutlined /> },
      { path: 'retention', icon: <FieldTimeOutlined /> },
    ],
  },
  {
    key: 'people',
    items: [
      { path: 'persons', icon: <TeamOutlined /> },
      { path: 'segments', icon: <AimOutlined /> },
      { path: 'rfm', icon: <TableOutlined /> },
    ],
  },
  { key: 'reach', items: [{ path: 'campaigns', icon: <SendOutlined /> }] },
  { key: 'data', items: [{ path: 'connect', icon: <ApiOutlined /> }, { path: 'live', icon: <ThunderboltOutlined /> }] },
  { key: 'system', items: [{ path: 'settings', icon: <SettingOutlined /> }] },
]

/** The groups and pages that exist: what has no route is not shown. */
export function navigation(paths: ReadonlySet<string>): NavigationGroup[] {
  return all
    .map((group) => ({ ...group, items: group.items.filter((item) => paths.has(item.path)) }))
    .filter((group) => group.items.length > 0)
}
