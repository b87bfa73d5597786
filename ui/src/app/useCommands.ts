import { useQuery } from '@tanstack/react-query'
import { App } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { queryString, request } from '@/api/request'
import type { PersonsPage, Segment } from '@/api/types'
import { dictionaries } from '@/i18n'
import { personLabel } from '@/lib/person'
import { useTheme } from '@/lib/useTheme'
import { useChooseLanguage, useChooseTheme, useSignOut } from './account'
import type { Command } from './commands'
import { navigation } from './navigation'
import { projectPaths } from './pages'
import { useProject, useRole } from './session'

/** Everything that the palette can do here; persons are searched as one types. */
export function useCommands(typed: string): { commands: Command[]; failed: boolean } {
  const pages = usePageCommands()
  const actions = useActionCommands()
  const segments = useSegmentCommands()
  const persons = usePersonCommands(typed)
  return {
    commands: [...pages, ...segments.commands, ...persons.commands, ...actions],
    failed: segments.failed || persons.failed,
  }
}

/** The names of a page in both languages: a reader of either finds it by either. */
function pageKeywords(path: string): string {
  const own = dictionaries().find(([namespace]) => namespace === 'app')?.[1] as { zh: { nav: Record<string, string> }; en: { nav: Record<string, string> } } | undefined
  return `${own?.zh.nav[path] ?? ''} ${own?.en.nav[path] ?? ''} ${path}`
}

function usePageCommands(): Command[] {
  const { t } = useTranslation('app')
  const navigate = useNavigate()
  const project = useProject()
  return navigation(projectPaths).flatMap((group) => group.items.map((item): Command => ({
    id: `page:${item.path}`,
    group: 'pages',
    label: t(`nav.${item.path}`),
    keywords: pageKeywords(item.path),
    run: () => void navigate(`/p/${project.id}/${item.path}`),
  })))
}

function useActionCommands(): Command[] {
  const { t, i18n } = useTranslation('app')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const project = useProject()
  const editor = useRole('editor')
  const owner = useRole('owner')
  const { dark } = useTheme()
  const chooseTheme = useChooseTheme()
  const chooseLanguage = useChooseLanguage()
  const signOut = useSignOut()
  const go = (to: string) => () => void navigate(to)
  const action = (id: string, run: () => void, keywords = ''): Command => ({ id: `do:${id}`, group: 'actions', label: t(`do.${id}`), keywords: `${keywords} ${id}`, run })
  const editing = editor ? [
    action('newSegment', go(`/p/${project.id}/segments/new`)),
    action('newCampaign', go(`/p/${project.id}/campaigns/new`)),
  ] : []
  const owning = owner ? [action('newProject', go('/projects/new'))] : []
  return [
    ...editing,
    action('switchLanguage', () => chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh'), 'language 语言 中文 english'),
    dark ? action('light', () => chooseTheme('light'), 'theme 主题') : action('dark', () => chooseTheme('dark'), 'theme 主题'),
    action('system', () => chooseTheme('system'), 'theme 主题'),
    action('copyKey', () => {
      void navigator.clipboard.writeText(project.write_key).then(() => message.success(t('keyCopied')))
    }, 'write key 密钥'),
    action('apiDocs', () => window.open('/api/docs', '_blank', 'noopener'), 'openapi 文档'),
    ...owning,
    action('account', go(`/p/${project.id}/settings/account`), 'password 密码'),
    action('signOut', () => void signOut(), 'logout 退出'),
  ]
}

function useSegmentCommands() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const project = useProject()
  const segments = useQuery({
    queryKey: ['segments', project.id, 'palette'],
    queryFn: ({ signal }) => request<{ segments: Segment[] } | Segment[]>('GET', `/projects/${project.id}/segments`, undefined, { signal }),
  })
  const list = Array.isArray(segments.data) ? segments.data : segments.data?.segments ?? []
  return {
    failed: segments.isError,
    commands: list.map((segment): Command => ({
      id: `segment:${segment.id}`,
      group: 'segments',
      label: segment.name,
      keywords: segment.id,
      detail: t('personsCount', { count: segment.persons }),
      run: () => void navigate(`/p/${project.id}/segments/${segment.id}`),
    })),
  }
}

function usePersonCommands(typed: string) {
  const navigate = useNavigate()
  const project = useProject()
  const query = useDebounced(typed.trim(), 200)
  const persons = useQuery({
    queryKey: ['persons', project.id, 'palette', query],
    enabled: query.length >= 2,
    queryFn: ({ signal }) => request<PersonsPage>('GET', `/projects/${project.id}/persons${queryString({ query, limit: 6 })}`, undefined, { signal }),
  })
  const found = query.length >= 2 && query === typed.trim() ? persons.data?.persons ?? [] : []
  return {
    failed: persons.isError,
    commands: found.map((person): Command => ({
      id: `person:${person.id}`,
      group: 'persons',
      label: personLabel(person),
      detail: person.distinct_id,
      run: () => void navigate(`/p/${project.id}/persons/${person.id}`),
    })),
  }
}

function useDebounced(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
