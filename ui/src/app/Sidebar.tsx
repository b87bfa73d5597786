import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import { Mark } from '@/components/Mark'
import { navigation, type NavigationItem } from './navigation'
import { projectPaths } from './pages'
import { useProject } from './session'

/** The navigation of a project, as plain links in groups. */
export function Sidebar({ collapsed, bare = false }: { collapsed: boolean; bare?: boolean }) {
  const { t } = useTranslation('app')
  const project = useProject()
  return (
    <>
      {!bare && (
        <NavLink to={`/p/${project.id}/desk`} className="weir-brand" aria-label={collapsed ? t('common:product') : undefined}>
          <Mark size={26} />
          {!collapsed && <span>Weir <b>堰</b></span>}
        </NavLink>
      )}
      <nav aria-label={t('nav.label')} className="weir-nav">
        {navigation(projectPaths).map((group) => (
          <div key={group.key} className="weir-nav-group" data-group={group.key}>
            {(group.key === 'analyse' || group.key === 'people' || group.key === 'reach' || group.key === 'data') && (
              <div className="weir-nav-title" aria-hidden={collapsed || undefined}>{collapsed ? '' : t(`nav.${group.key}`)}</div>
            )}
            <ul>
              {group.items.map((item) => <Item key={item.path} item={item} project={project.id} collapsed={collapsed} />)}
            </ul>
          </div>
        ))}
      </nav>
    </>
  )
}

function Item({ item, project, collapsed }: { item: NavigationItem; project: string; collapsed: boolean }) {
  const { t } = useTranslation('app')
  const label = t(`nav.${item.path}`)
  return (
    <li>
      <Tooltip title={collapsed ? label : undefined} placement="right">
        <NavLink to={`/p/${project}/${item.path}`} className="weir-nav-item" aria-label={collapsed ? label : undefined}>
          <span className="weir-nav-icon" aria-hidden="true">{item.icon}</span>
          {!collapsed && <span>{label}</span>}
        </NavLink>
      </Tooltip>
    </li>
  )
}
