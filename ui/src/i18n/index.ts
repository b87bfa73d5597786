// Both languages ship with the first load: switching is instant, and together
// they are smaller than one chart.

import i18next, { type Resource } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '@/api/types'
import common from './common'

export interface Dictionary {
  zh: object
  en: object
}

const modules = import.meta.glob<Record<string, unknown>>(
  ['../features/*/i18n.ts', '../features/*/*/i18n.ts', '../components/*/i18n.ts', '../charts/i18n.ts', '../app/i18n.ts'],
  { eager: true },
)

const storageKey = 'weir.language'

/** The language chosen in this browser, else the browser's own. */
export function initialLanguage(): Language {
  const stored = localStorage.getItem(storageKey)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** Whether this browser has a language of its own choosing. */
export function hasChosenLanguage(): boolean {
  return localStorage.getItem(storageKey) !== null
}

/** Switches all words; remembered in this browser. */
export function setLanguage(language: Language) {
  localStorage.setItem(storageKey, language)
  void i18next.changeLanguage(language)
}

export function asLanguage(text: string | undefined): Language {
  return text?.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

function dictionaries(): [string, Dictionary][] {
  const found: [string, Dictionary][] = [['common', common]]
  for (const [path, module] of Object.entries(modules)) {
    const namespace = path.split('/').at(-2) ?? path
    const dictionary = (module.default ?? module) as Partial<Dictionary>
    if (!dictionary.zh || !dictionary.en) throw new Error(`${path} must export zh and en`)
    found.push([namespace, dictionary as Dictionary])
  }
  return found
}

function resources(): Resource {
  const zh: Record<string, object> = {}
  const en: Record<string, object> = {}
  for (const [namespace, dictionary] of dictionaries()) {
    zh[namespace] = dictionary.zh
    en[namespace] = dictionary.en
  }
  return { zh, en } as Resource
}

function mark(language: string) {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
}

i18next.on('languageChanged', mark)
void i18next.use(initReactI18next).init({
  resources: resources(),
  lng: initialLanguage(),
  fallbackLng: 'en',
  fallbackNS: 'common',
  defaultNS: 'common',
  interpolation: { escapeValue: false },
  returnNull: false,
  showSupportNotice: false,
})

export { dictionaries, i18next }
