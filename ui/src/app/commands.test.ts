import { describe, expect, it } from 'vitest'
import { match, rank, type Command } from './commands'

const command = (label: string, group: Command['group'] = 'pages', keywords = ''): Command => ({ id: label, label, group, keywords, run: () => {} })

describe('rank', () => {
  it('puts the start of a name first, then its middle, then other words', () => {
    expect(rank(command('Funnel'), 'fun')).toBe(3)
    expect(rank(command('The funnel'), 'fun')).toBe(2)
    expect(rank(command('漏斗', 'pages', 'Funnel'), 'fun')).toBe(1)
    expect(rank(command('Trend'), 'fun')).toBe(0)
  })
  it('wants every typed word', () => {
    expect(rank(command('New segment'), 'new seg')).toBe(3)
    expect(rank(command('New segment'), 'new campaign')).toBe(0)
  })
})

describe('match', () => {
  it('keeps the order of groups and sorts inside them', () => {
    const found = match([command('Sign out', 'actions'), command('My segments'), command('Segments'), command('seg people', 'segments')], 'seg')
    expect(found.map((c) => c.label)).toEqual(['Segments', 'My segments', 'seg people'])
  })
  it('never filters persons again: the server has searched them', () => {
    expect(match([command('李雷', 'persons')], 'u-1001')).toHaveLength(1)
  })
})
