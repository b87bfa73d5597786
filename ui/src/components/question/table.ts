/** Tables of answers as data: sorting, copying and exporting know nothing of React. */

export type CellValue = string | number | null

export interface Column<R> {
  key: string
  title: string
  /** What is sorted, copied and exported. Numbers are exported in full, not as they are shown. */
  value: (row: R) => CellValue
  numeric?: boolean
}

export interface Sorting {
  key: string
  descending: boolean
}

export function sortRows<R>(rows: readonly R[], columns: readonly Column<R>[], sorting: Sorting | undefined): R[] {
  const column = columns.find((c) => c.key === sorting?.key)
  if (!column || !sorting) return [...rows]
  const collator = new Intl.Collator(undefined, { numeric: true })
  const sign = sorting.descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)]
    // What has no value stands last in either direction.
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y)
    return sign * collator.compare(String(x), String(y))
  })
}

/**
 * Text for a spreadsheet. A cell of text that begins like a formula is set off with an apostrophe, because
 * the text comes from tracked events and a spreadsheet would run it.
 */
function exported(value: CellValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export function toCsv<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
  const lines = [columns.map((c) => exported(c.title)), ...rows.map((row) => columns.map((c) => exported(c.value(row))))]
  return lines.map((line) => line.map(quoted).join(',')).join('\r\n') + '\r\n'
}

export function toTsv<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
  const flat = (text: string): string => text.replace(/[\t\r\n]+/g, ' ')
  const lines = [columns.map((c) => exported(c.title)), ...rows.map((row) => columns.map((c) => exported(c.value(row))))]
  return lines.map((line) => line.map(flat).join('\t')).join('\n')
}

/** Saves text as a file of the reader's. The mark at its head tells Excel that it is UTF-8. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
