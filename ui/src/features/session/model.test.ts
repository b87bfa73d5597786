import { describe, expect, it } from 'vitest'
import { safeNext } from './model'

describe('safeNext', () => {
  it('keeps an address of ours', () => {
    expect(safeNext('/p/shop/funnel?a=1')).toBe('/p/shop/funnel?a=1')
  })
  it.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/sign-in?next=/x', '/setup'])('sends %s home', (next) => {
    expect(safeNext(next)).toBe('/')
  })
})
