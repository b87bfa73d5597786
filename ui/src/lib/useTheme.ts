import { createContext, useContext } from 'react'
import type { ThemeChoice } from '@/api/types'

export interface ThemeState {
  choice: ThemeChoice
  dark: boolean
  setChoice: (choice: ThemeChoice) => void
}

export const ThemeContext = createContext<ThemeState>({ choice: 'system', dark: false, setChoice: () => {} })

/** Whether the page is dark, and how to change it. */
export function useTheme(): ThemeState {
  return useContext(ThemeContext)
}

export const themeStorageKey = 'weir.theme'

/** Whether this browser has a theme of its own choosing. */
export function hasChosenTheme(): boolean {
  return localStorage.getItem(themeStorageKey) !== null
}
