import { describe, expect, it } from 'vitest'
import { funnelSteps, snippet, ways } from './snippets'

const target = { origin: 'https://weir.example.com:8443', writeKey: 'wk_123', project: 'prj_1' }

describe('snippet', () => {
  it.each(ways)('%s names this server and the key', (way) => {
    const { code } = snippet(way, target)
    expect(code).toContain('weir.example.com:8443')
    expect(code).toContain('wk_123')
    expect(code).not.toMatch(/undefined|\[object/)
  })
  it('gives curl valid JSON', () => {
    for (const way of ['curl', 'native'] as const) {
      const body = /-d '([^']*)'/.exec(snippet(way, target).code)?.[1] ?? ''
      expect(() => JSON.parse(body) as unknown).not.toThrow()
    }
  })
  it('splits the address for the browser SDK, which wants host and protocol apart', () => {
    const { code } = snippet('browser', target)
    expect(code).toContain("apiHost: 'weir.example.com:8443/v1', protocol: 'https'")
  })
})

describe('funnelSteps', () => {
  it('takes each name once in the order of arrival, and no statements about persons', () => {
    expect(funnelSteps(['$identify', 'viewed', 'paid', 'viewed'])).toEqual(['viewed', 'paid'])
    expect(funnelSteps(['$pageview', '$profile', 'paid'])).toEqual(['$pageview', 'paid'])
  })
  it('leaves the second step open when there is only one', () => {
    expect(funnelSteps(['paid', 'paid'])).toEqual(['paid', ''])
  })
})
