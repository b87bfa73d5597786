// Skeletons of the size of what is to come, so that nothing jumps.

import { useTranslation } from 'react-i18next'

function Label() {
  const { t } = useTranslation()
  return <span className="weir-visually-hidden" role="status">{t('state.loading')}</span>
}

/** A whole page: header, then a card. */
export function PageLoading({ full = false }: { full?: boolean }) {
  return (
    <div className={full ? 'weir-full' : undefined} aria-busy="true">
      <Label />
      <div className="weir-loading-page">
        <div className="weir-skeleton" style={{ width: 180, height: 24 }} />
        <div className="weir-skeleton" style={{ width: '60%', height: 14 }} />
        <div className="weir-skeleton" style={{ height: 320 }} />
      </div>
    </div>
  )
}

/** A table of so many rows. */
export function TableLoading({ rows = 8 }: { rows?: number }) {
  return (
    <div className="weir-loading-table" aria-busy="true">
      <Label />
      {Array.from({ length: rows }, (_, row) => <div key={row} className="weir-skeleton" style={{ width: `${92 - (row * 17) % 30}%` }} />)}
    </div>
  )
}

/** A chart or card of a given height. */
export function BlockLoading({ height = 240 }: { height?: number }) {
  return <div aria-busy="true"><Label /><div className="weir-skeleton" style={{ height }} /></div>
}
