import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ThemeChoice } from '@/api/types'
import { asLanguage } from '@/i18n'
import { antdTheme, applyPalette } from '@/lib/theme'
import { ThemeContext, themeStorageKey } from '@/lib/useTheme'

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(themeStorageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

/** Whether a media query holds, now and when it changes. */
function useMedia(text: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(text).matches)
  useEffect(() => {
    const query = window.matchMedia(text)
    const update = () => setHolds(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [text])
  return holds
}

/** Theme and language of everything below: Ant Design, our CSS variables, dates. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const language = asLanguage(i18n.language)
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const [choice, setStored] = useState(storedChoice)
  const dark = choice === 'dark' || (choice === 'system' && systemDark)

  useLayoutEffect(() => applyPalette(dark), [dark])
  useLayoutEffect(() => {
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
  }, [language])

  const state = useMemo(() => ({
    choice,
    dark,
    setChoice: (next: ThemeChoice) => {
      localStorage.setItem(themeStorageKey, next)
      setStored(next)
    },
  }), [choice, dark])

  return (
    <ThemeContext value={state}>
      <ConfigProvider theme={antdTheme(dark, still)} locale={language === 'zh' ? zhCN : enUS} button={{ autoInsertSpace: false }}>
        {children}
      </ConfigProvider>
    </ThemeContext>
  )
}
