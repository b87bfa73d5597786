import { describe, expect, it } from 'vitest'
import { sortRows, toCsv, toTsv, type Column } from './table'

interface Row {
  name: string
  n: number | null
}
const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', value: (r) => r.name },
  { key: 'n', title: 'Persons', value: (r) => r.n, numeric: true },
]
const rows: Row[] = [
  { name: 'web 10', n: 2 },
  { name: 'web 9', n: null },
  { name: 'ios', n: 10 },
]

describe('sorting', () => {
  it('compares numbers as numbers and puts what has no value last in either direction', () => {
    expect(sortRows(rows, columns, { key: 'n', descending: true }).map((r) => r.n)).toEqual([10, 2, null])
    expect(sortRows(rows, columns, { key: 'n', descending: false }).map((r) => r.n)).toEqual([2, 10, null])
  })

  it('compares names as people count', () => {
    expect(sortRows(rows, columns, { key: 'name', descending: false }).map((r) => r.name)).toEqual(['ios', 'web 9', 'web 10'])
  })

  it('keeps the order it was given without a choice', () => {
    expect(sortRows(rows, columns, undefined)).toEqual(rows)
  })
})

describe('export', () => {
  it('quotes what CSV must quote', () => {
    expect(toCsv([{ name: 'a,"b"\nc', n: 1.5 }], columns)).toBe('Name,Persons\r\n"a,""b""\nc",1.5\r\n')
  })

  it.each(['=cmd()', '+1', '-1', '@sum', '\tx'])('sets off %s, which a spreadsheet would run', (name) => {
    expect(toCsv([{ name, n: -3 }], columns)).toContain(`'${name}`)
    expect(toCsv([{ name, n: -3 }], columns)).toContain(',-3\r\n')
  })

  it('copies in tab-separated lines', () => {
    expect(toTsv([{ name: 'a\tb', n: null }], columns)).toBe('Name\tPersons\na b\t')
  })
})
