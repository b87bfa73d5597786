// What the account may change from anywhere: language, theme, being signed in.
// Choices take effect at once in this browser and are told to the server so
// that the next browser starts with them; a failure to tell is no reason to
// interrupt anybody.

import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { request } from '@/api/request'
import type { Language, ThemeChoice } from '@/api/types'
import { setLanguage } from '@/i18n'
import { useTheme } from '@/lib/useTheme'
import { sessionKey } from './queryClient'

export function useChooseLanguage() {
  return useCallback((language: Language) => {
    setLanguage(language)
    request('PATCH', '/account', { language }).catch(() => {})
  }, [])
}

export function useChooseTheme() {
  const { setChoice } = useTheme()
  return useCallback((theme: ThemeChoice) => {
    setChoice(theme)
    request('PATCH', '/account', { theme }).catch(() => {})
  }, [setChoice])
}

/** Ends the session and forgets everything that was fetched under it. */
export function useSignOut() {
  const queryClient = useQueryClient()
  return useCallback(async () => {
    try {
      await request('DELETE', '/session')
    } finally {
      queryClient.clear()
      queryClient.setQueryData(sessionKey, null)
      window.location.assign('/sign-in')
    }
  }, [queryClient])
}
