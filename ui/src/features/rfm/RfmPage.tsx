import { SettingOutlined } from '@ant-design/icons'
import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { RfmBoard } from '@/api/types'
import { useProject } from '@/app/session'
import { Empty } from '@/components/Empty'
import { ErrorState } from '@/components/ErrorState'
import { BlockLoading } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useFormat } from '@/lib/useFormat'
import { isDate, todayIn } from '@/query/range'
import { useBoard } from './api'
import { GroupCards } from './GroupCards'
import { HeatGrid } from './HeatGrid'
import { thresholdSign } from './model'
import './rfm.css'
import { SettingsDrawer } from './SettingsDrawer'
import { usePlaces } from './usePlaces'

/** Persons who pay, by how lately, how often and how much. */
export function RfmPage() {
  const { t } = useTranslation('rfm')
  const project = useProject()
  const today = todayIn(project.timezone, new Date())
  const [search, setSearch] = useSearchParams()
  const said = search.get('as_of')
  const asOf = isDate(said) && said < today ? said : ''
  const [setting, setSetting] = useState(false)
  const board = useBoard(asOf)
  const setAsOf = (day: string | null) => setSearch(day && day < today ? { as_of: day } : {})
  return (
    <>
      <PageHeader
        title={t('title')}
        question={t('question')}
        help={<><p>{t('help1')}</p><p>{t('help2')}</p><p>{t('help3')}</p><p>{t('help4')}</p></>}
        actions={(
          <>
            <DatePicker
              aria-label={t('asOf')}
              value={dayjs(asOf || today)}
              maxDate={dayjs(today)}
              allowClear={asOf !== ''}
              onChange={(day) => setAsOf(day ? day.format('YYYY-MM-DD') : null)}
              format={(day) => (day.format('YYYY-MM-DD') === today ? t('today') : day.format('YYYY-MM-DD'))}
              inputReadOnly
            />
            <Button icon={<SettingOutlined aria-hidden="true" />} onClick={() => setSetting(true)}>{t('settings')}</Button>
          </>
        )}
      />
      {board.isError && <section className="weir-card"><ErrorState error={board.error} onRetry={() => void board.refetch()} /></section>}
      {board.isPending && <section className="weir-card"><BlockLoading height={480} /></section>}
      {board.data && !board.isError && (board.data.persons === 0
        ? <section className="weir-card"><Empty picture="chart" title={t('empty')} text={t(asOf ? 'empty2Text' : 'emptyText')} action={{ label: t('openSettings'), onClick: () => setSetting(true) }} /></section>
        : <div className={board.isPlaceholderData ? 'weir-stale' : undefined}><Board board={board.data} asOf={asOf} onToday={() => setAsOf(null)} /></div>)}
      <SettingsDrawer open={setting} asOf={asOf} board={board.data} onClose={() => setSetting(false)} />
    </>
  )
}

function Board({ board, asOf, onToday }: { board: RfmBoard; asOf: string; onToday: () => void }) {
  const { t } = useTranslation('rfm')
  const format = useFormat()
  const places = usePlaces(asOf)
  const { thresholds, settings } = board
  return (
    <div className="weir-stack">
      <section className="weir-card">
        <p>{t('summary', { date: format.date(board.as_of), persons: format.full(board.persons), days: board.settings.days, revenue: format.money(board.revenue), others: format.full(board.not_rated) })}</p>
        <p className="weir-soft weir-rfm-thresholds">
          <span>{t('thresholdR', { sign: thresholdSign('recency', settings), value: format.full(thresholds.recency, 1) })}</span>
          <span>{t('thresholdF', { sign: thresholdSign('frequency', settings), value: format.full(thresholds.frequency, 2) })}</span>
          <span>{t('thresholdM', { sign: thresholdSign('monetary', settings), value: format.money(Math.round(thresholds.monetary * 100) / 100) })}</span>
        </p>
        {asOf !== '' && <p className="weir-warn">{t('history', { date: format.date(board.as_of) })} <Button size="small" type="link" onClick={onToday}>{t('backToday')}</Button></p>}
      </section>
      <GroupCards board={board} places={places} />
      <HeatGrid board={board} places={places} />
      {places.element}
    </div>
  )
}
