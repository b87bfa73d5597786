import { CopyOutlined, DownloadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './question.module.css'
import { download, sortRows, toCsv, toTsv, type Column, type Sorting } from './table'

export interface ShownColumn<R> extends Column<R> {
  render: (row: R) => ReactNode
  /** Stays in sight while the rest scrolls sideways. */
  sticky?: boolean
  /** A mark in the head: the period is not over. */
  incomplete?: boolean
  /** The cell's content fills it to its edges. */
  flush?: boolean
}

export interface DataTableProps<R> {
  rows: readonly R[]
  columns: readonly ShownColumn<R>[]
  rowKey: (row: R) => string
  caption: string
  /** The exported file's name, without its ending. */
  file: string
  first?: Sorting
  /** Beside copy and export. */
  extra?: ReactNode
  /** Rows that stay on top whatever the order, such as an average. */
  pinned?: readonly R[]
  /** Under the table: what its marks mean. */
  note?: ReactNode
}

/** The table under a chart: sortable by every column, to be copied or exported. */
export default function DataTable<R>({ rows, columns, rowKey, caption, file, first, extra, pinned, note }: DataTableProps<R>) {
  const { t } = useTranslation('question')
  const { message } = App.useApp()
  const [sorting, setSorting] = useState<Sorting | undefined>(first)
  const sorted = useMemo(() => [...(pinned ?? []), ...sortRows(rows, columns, sorting)], [rows, columns, sorting, pinned])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(toTsv(sorted, columns))
      void message.success(t('table.copied'))
    } catch {
      void message.warning(t('table.no_copy'))
    }
  }
  return (
    <section className="weir-card weir-card-flush" aria-label={caption}>
      <div className="weir-card-head">
        <h2>{caption}</h2>
        <div className="weir-row">
          {extra}
          <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => void copy()}>
            {t('table.copy')}
          </Button>
          <Button size="small" icon={<DownloadOutlined aria-hidden />} onClick={() => download(`${file}.csv`, toCsv(sorted, columns))}>
            {t('table.csv')}
          </Button>
        </div>
      </div>
      {/* Wide tables scroll by themselves, also by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label={caption}>
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} sorting={sorting} onSort={setSorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map((column) => (
                  <td key={column.key} className={cellClass(column)}>
                    {column.render(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {note && <p className={styles.note}>{note}</p>}
    </section>
  )
}

function cellClass<R>(column: ShownColumn<R>): string {
  return [column.numeric && styles.numeric, column.sticky && styles.sticky, column.flush && styles.flush].filter(Boolean).join(' ')
}

interface HeadProps<R> {
  column: ShownColumn<R>
  sorting: Sorting | undefined
  onSort: (sorting: Sorting) => void
}

function Head<R>({ column, sorting, onSort }: HeadProps<R>) {
  const { t } = useTranslation('question')
  const on = sorting?.key === column.key
  const direction = on ? (sorting.descending ? 'descending' : 'ascending') : 'none'
  // Numbers are first asked for from the top, names from the beginning.
  const next = { key: column.key, descending: on ? !sorting.descending : column.numeric === true }
  return (
    <th scope="col" aria-sort={direction} className={cellClass(column)}>
      <button type="button" className={styles.sort} onClick={() => onSort(next)} title={t('table.sort', { name: column.title })}>
        {column.title}
        {column.incomplete && (
          <span className={styles.incompleteMark} title={t('table.incomplete')} aria-label={t('table.incomplete')} role="img" />
        )}
        <span aria-hidden className={styles.arrow}>
          {on ? (sorting.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  )
}
