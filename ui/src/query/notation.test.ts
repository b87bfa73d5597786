import { describe, expect, it } from 'vitest'
import { NotationError, read, write, type Plain } from './notation'

describe('notation', () => {
  const cases: [Plain, string][] = [
    [{ event: 'pay', measure: { sum: 'amount' } }, '(event:pay,measure:(sum:amount))'],
    [['a', 'b'], '!(a,b)'],
    [[true, false, null], '!(!t,!f,!n)'],
    [{}, '()'],
    [[], '!()'],
    ['浏览商品', '浏览商品'],
    ['*', "'*'"],
    ['', "''"],
    ["it's!", "'it!'s!!'"],
    ['12', "'12'"],
    [12.5, '12.5'],
    [-3, '-3'],
    [1e21, '1e21'],
    [{ a: undefined, b: 1 }, '(b:1)'],
  ]
  it.each(cases)('writes %j as %s', (value, text) => {
    expect(write(value)).toBe(text)
    expect(read(text)).toEqual(JSON.parse(JSON.stringify(value)))
  })

  it.each(['(', '(a', '(a:', '(a:1', '!x', '!(', "'open", 'a)', '', '(a:1,)', '-', '1x', '!(1,)'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(NotationError)
  })

  it('refuses what is nested without end', () => {
    expect(() => read('!('.repeat(5000))).toThrow(NotationError)
  })

  it('keeps a key named like a prototype as plain data', () => {
    const value = read('(__proto__:(polluted:!t))') as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('does not write what is not a number', () => {
    expect(() => write(Number.NaN)).toThrow(NotationError)
  })
})
