import { BulbOutlined, DownOutlined, SearchOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons'
import { Button, Dropdown, Tag, type MenuProps } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import type { ThemeChoice } from '@/api/types'
import { useTheme } from '@/lib/useTheme'
import { useChooseLanguage, useChooseTheme, useSignOut } from './account'
import { useProject, useRole, useSession } from './session'

const modifier = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** Project, search, language, theme, account. */
export function TopBar({ onSearch, menuButton }: { onSearch: () => void; menuButton: ReactNode }) {
  const { t } = useTranslation('app')
  return (
    <header className="weir-top">
      {menuButton}
      <ProjectSwitch />
      <Button className="weir-search" onClick={onSearch} icon={<SearchOutlined />} aria-keyshortcuts="Control+K Meta+K">
        <span className="weir-search-text">{t('palette.open')}</span>
        <kbd aria-hidden="true">{modifier} K</kbd>
      </Button>
      <span className="weir-top-space" />
      <LanguageSwitch />
      <ThemeSwitch />
      <AccountMenu />
    </header>
  )
}

function ProjectSwitch() {
  const { t } = useTranslation('app')
  const { projects } = useSession()
  const project = useProject()
  const owner = useRole('owner')
  const navigate = useNavigate()
  const page = useLocation().pathname.split('/')[3] ?? 'desk'
  const items: MenuProps['items'] = [
    ...projects.map((p) => ({ key: p.id, label: <ProjectName name={p.name} demo={p.demo} /> })),
    ...(owner ? [{ type: 'divider' as const }, { key: '+', label: t('project.create') }] : []),
  ]
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectable: true,
        selectedKeys: [project.id],
        onClick: ({ key }) => void navigate(key === '+' ? '/projects/new' : `/p/${key}/${page}`),
      }}
    >
      <Button type="text" className="weir-project" aria-haspopup="menu">
        <span className="weir-visually-hidden">{t('project.switch')}: </span>
        <ProjectName name={project.name} demo={project.demo} />
        <DownOutlined />
      </Button>
    </Dropdown>
  )
}

function ProjectName({ name, demo }: { name: string; demo: boolean }) {
  const { t } = useTranslation('app')
  return <span className="weir-project-name"><span>{name}</span>{demo && <Tag>{t('project.demo')}</Tag>}</span>
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation('app')
  const choose = useChooseLanguage()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [{ key: 'zh', label: <span lang="zh-CN">中文</span> }, { key: 'en', label: <span lang="en">English</span> }],
        selectable: true,
        selectedKeys: [i18n.language],
        onClick: ({ key }) => choose(key === 'zh' ? 'zh' : 'en'),
      }}
    >
      <Button type="text" icon={<TranslationOutlined />} aria-label={t('language.label')} aria-haspopup="menu" />
    </Dropdown>
  )
}

function ThemeSwitch() {
  const { t } = useTranslation('app')
  const { choice } = useTheme()
  const choose = useChooseTheme()
  const choices: ThemeChoice[] = ['light', 'dark', 'system']
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: choices.map((key) => ({ key, label: t(`theme.${key}`) })),
        selectable: true,
        selectedKeys: [choice],
        onClick: ({ key }) => choose(key as ThemeChoice),
      }}
    >
      <Button type="text" icon={<BulbOutlined />} aria-label={t('theme.label')} aria-haspopup="menu" />
    </Dropdown>
  )
}

function AccountMenu() {
  const { t } = useTranslation('app')
  const { account } = useSession()
  const project = useProject()
  const navigate = useNavigate()
  const signOut = useSignOut()
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', type: 'group', label: <span className="weir-who"><b>{account.name || account.email}</b><span>{account.email}</span><span>{t(`common:roles.${account.role}`)}</span></span> },
          { key: 'settings', label: t('account.settings') },
          { key: 'out', label: t('account.signOut') },
        ],
        onClick: ({ key }) => {
          if (key === 'settings') void navigate(`/p/${project.id}/settings/account`)
          if (key === 'out') signOut()
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('account.label')} aria-haspopup="menu" />
    </Dropdown>
  )
}
