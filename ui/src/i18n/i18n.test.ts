import { describe, expect, it } from 'vitest'
import { asLanguage, dictionaries, i18next, setLanguage } from '.'

function paths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix]
  return Object.entries(value).flatMap(([key, child]) => paths(child, prefix ? `${prefix}.${key}` : key))
}

// Plural forms exist in English only: «person_one» and «person_other» are one key.
function keys(value: unknown): string[] {
  return [...new Set(paths(value).map((path) => path.replace(/_(one|other)$/, '')))].sort()
}

const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { eager: true, query: '?raw', import: 'default' })

// A file may use the words of several namespaces; a key has to be in one of them.
function usedKeys(): { file: string; keys: string[] }[] {
  return Object.entries(sources).filter(([file]) => !file.includes('.test.')).flatMap(([file, source]) => {
    const named = [...source.matchAll(/useTranslation\((?:\[)?'([\w-]+)'/g)].map((found) => found[1] ?? '')
    const namespaces = named.length > 0 ? named : ['common']
    return [...source.matchAll(/\bt\('([\w.:-]+)'/g)].map((found) => {
      const key = found[1] ?? ''
      return { file, keys: key.includes(':') ? [key] : namespaces.map((namespace) => `${namespace}:${key}`) }
    })
  })
}

describe('dictionaries', () => {
  it.each(dictionaries())('%s says the same things in both languages', (_, dictionary) => {
    expect(keys(dictionary.zh)).toEqual(keys(dictionary.en))
  })
  it('knows every key that a page asks for by its literal name', async () => {
    for (const language of ['zh', 'en']) {
      await i18next.changeLanguage(language)
      const missing = usedKeys().filter(({ keys }) => !keys.some((key) => i18next.exists(key, { count: 2 })))
      expect(missing).toEqual([])
    }
  })
  it('uses no exclamation marks', () => {
    for (const [namespace, dictionary] of dictionaries()) {
      expect([namespace, JSON.stringify(dictionary).match(/[!!]/)]).toEqual([namespace, null])
    }
  })
})

describe('Chinese', () => {
  it('is punctuated in full width', () => {
    const zh = (value: unknown): string[] => (typeof value === 'string' ? [value] : Object.values(value as object).flatMap(zh))
    for (const [namespace, dictionary] of dictionaries()) {
      const half = zh(dictionary.zh).filter((text) => /[\u4e00-\u9fff\u300d][,;?!:]|[\w%}][,;?] ?[\u4e00-\u9fff]/.test(text))
      expect([namespace, half]).toEqual([namespace, []])
    }
  })
})

describe('language', () => {
  it('marks the document and is remembered', async () => {
    setLanguage('zh')
    expect(document.documentElement.lang).toBe('zh-CN')
    expect(localStorage.getItem('weir.language')).toBe('zh')
    setLanguage('en')
    expect(document.documentElement.lang).toBe('en')
  })
  it('takes every Chinese for Chinese', () => {
    expect([asLanguage('zh-CN'), asLanguage('zh'), asLanguage('ZH-tw'), asLanguage('en-GB'), asLanguage(undefined)]).toEqual(['zh', 'zh', 'zh', 'en', 'en'])
  })
})
