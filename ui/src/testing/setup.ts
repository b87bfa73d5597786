import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { i18next } from '@/i18n'

// A busy machine renders late; the whole page in a failure helps nobody.
configure({ asyncUtilTimeout: 8000, getElementError: (message) => new Error(message ?? 'not found') })

// The DOM of the tests has no layout; Ant Design asks for it all the same.
if (!window.matchMedia) {
  window.matchMedia = vi.fn().mockImplementation((query: string) => ({
    matches: false, media: query, onchange: null,
    addEventListener: () => {}, removeEventListener: () => {},
    addListener: () => {}, removeListener: () => {}, dispatchEvent: () => false,
  }))
}
if (!globalThis.ResizeObserver) {
  globalThis.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} }
}

beforeEach(async () => {
  localStorage.clear()
  await i18next.changeLanguage('en')
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})
