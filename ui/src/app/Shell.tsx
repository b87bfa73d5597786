import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from '@ant-design/icons'
import { Button, Drawer } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation, useNavigation } from 'react-router'
import { CommandPalette } from './CommandPalette'
import { Sidebar } from './Sidebar'
import { TopBar } from './TopBar'

const collapsedKey = 'weir.navigation.collapsed'

/** The frame of every page of a project: navigation, top bar, content. */
export function Shell() {
  const { t } = useTranslation('app')
  const location = useLocation()
  const moving = useNavigation().state !== 'idle'
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(collapsedKey) === '1')
  const [menuOpen, setMenuOpen] = useState(false)
  const [paletteOpen, setPaletteOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  const firstPath = useRef(location.pathname)

  useEffect(() => {
    setMenuOpen(false)
    // A new page is read from its top; the first one keeps the browser's focus.
    if (firstPath.current === location.pathname) return
    firstPath.current = ''
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [location.pathname])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setPaletteOpen((open) => !open)
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  function toggle() {
    localStorage.setItem(collapsedKey, collapsed ? '0' : '1')
    setCollapsed(!collapsed)
  }

  return (
    <div className={collapsed ? 'weir-shell weir-shell-collapsed' : 'weir-shell'}>
      <a className="weir-skip" href="#content" onClick={(event) => { event.preventDefault(); main.current?.focus() }}>{t('skip')}</a>
      <aside className="weir-sider">
        <Sidebar collapsed={collapsed} />
        <Button
          type="text"
          className="weir-sider-toggle"
          icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
          aria-label={t(collapsed ? 'nav.expand' : 'nav.collapse')}
          onClick={toggle}
        />
      </aside>
      <Drawer open={menuOpen} onClose={() => setMenuOpen(false)} placement="left" size={264} title={t('nav.label')} classNames={{ body: 'weir-menu-drawer' }}>
        <Sidebar collapsed={false} bare />
      </Drawer>
      <TopBar
        onSearch={() => setPaletteOpen(true)}
        menuButton={<Button className="weir-menu-button" type="text" icon={<MenuOutlined />} aria-label={t('nav.openMenu')} onClick={() => setMenuOpen(true)} />}
      />
      <div className={moving ? 'weir-progress weir-progress-on' : 'weir-progress'} aria-hidden="true" />
      <main id="content" ref={main} tabIndex={-1} className="weir-main"><Outlet /></main>
      <CommandPalette open={paletteOpen} onClose={() => setPaletteOpen(false)} />
    </div>
  )
}
