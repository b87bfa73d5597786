import { useTranslation } from 'react-i18next'
import type { RfmBoard } from '@/api/types'
import { inkOn, sequential } from '@/charts/palette'
import { useFormat } from '@/lib/useFormat'
import { useTheme } from '@/lib/useTheme'
import { gridRows, type Cell } from './model'
import type { Places } from './usePlaces'

/** The 25 cells of R by FM: a table whose cells are squares, as large as their persons are many and as deep as their money. */
export function HeatGrid({ board, places }: { board: RfmBoard; places: Places }) {
  const { t } = useTranslation('rfm')
  const { dark } = useTheme()
  const rows = gridRows(board.grid)
  return (
    <section className="weir-card" aria-labelledby="rfm-grid">
      <div className="weir-card-head">
        <div>
          <h2 id="rfm-grid">{t('grid')}</h2>
          <p className="weir-soft">{t('gridHelp')}</p>
        </div>
        <p className="weir-rfm-legend weir-soft">
          <span>{t('legendLow')}</span>
          {[0.05, 0.3, 0.55, 0.8, 1].map((depth) => <i key={depth} aria-hidden="true" style={{ background: sequential(dark, depth) }} />)}
          <span>{t('legendHigh')}</span>
        </p>
      </div>
      <table className="weir-rfm-grid">
        <caption className="weir-visually-hidden">{t('gridCaption')}</caption>
        <tbody>
          {rows.map((cells) => {
            const r = cells[0]?.r ?? 0
            return (
              <tr key={r}>
                <th scope="row">{t('gridRow', { n: r })}{r === 5 && <small>{t('recent')}</small>}{r === 1 && <small>{t('old')}</small>}</th>
                {cells.map((cell) => <td key={cell.fm}><CellButton cell={cell} dark={dark} places={places} /></td>)}
              </tr>
            )
          })}
        </tbody>
        <tfoot>
          <tr>
            <td />
            {[1, 2, 3, 4, 5].map((fm) => <th key={fm} scope="col">{t('gridColumn', { n: fm })}{fm === 1 && <small>{t('low')}</small>}{fm === 5 && <small>{t('high')}</small>}</th>)}
          </tr>
        </tfoot>
      </table>
    </section>
  )
}

/** Below this share of a cell's side a square has no room for its number. */
const roomForNumber = 0.45

function CellButton({ cell, dark, places }: { cell: Cell; dark: boolean; places: Places }) {
  const { t } = useTranslation('rfm')
  const format = useFormat()
  const colour = sequential(dark, 0.05 + cell.depth * 0.95)
  const inside = cell.size >= roomForNumber
  const side = `${Math.max(cell.persons > 0 ? 6 : 0, cell.size * 100)}%`
  const label = t('gridCell', { r: cell.r, fm: cell.fm, persons: format.number(cell.persons), revenue: format.money(cell.revenue) })
  return (
    <button type="button" className="weir-rfm-cell" disabled={cell.persons === 0} aria-label={label} title={label} onClick={() => places.show({ r: cell.r, fm: cell.fm })}>
      <i aria-hidden="true" style={{ width: side, height: side, background: colour }} />
      <span aria-hidden="true" style={inside ? { color: inkOn(colour) } : undefined} className={inside ? undefined : 'weir-rfm-beside'}>{format.number(cell.persons)}</span>
    </button>
  )
}
