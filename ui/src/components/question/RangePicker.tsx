import { CalendarOutlined, DownOutlined } from '@ant-design/icons'
import { Button, DatePicker, InputNumber, Popover } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProject } from '@/app/session'
import { resolveRange } from '@/query/range'
import { PRESETS, type Range } from '@/query/types'
import styles from './question.module.css'
import { useCalendar } from './useAnswer'

const LAST = [7, 30, 90, 180]

export interface RangePickerProps {
  value: Range
  onChange: (range: Range) => void
}

/** Chooses the range: a relative one that moves on with the days, or fixed dates, in the project's zone. */
export default function RangePicker({ value, onChange }: RangePickerProps) {
  const { t } = useTranslation('question')
  const [open, setOpen] = useState(false)
  const calendar = useCalendar()
  const dates = resolveRange(value, calendar.today, calendar.weekStart)
  const choose = (range: Range) => {
    onChange(range)
    setOpen(false)
  }
  const name = 'last' in value ? t('range.last', { n: value.last }) : 'preset' in value ? t(`range.${value.preset}`) : t('range.custom')
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={<Choices value={value} dates={dates} choose={choose} change={onChange} />}
    >
      <Button icon={<CalendarOutlined aria-hidden />} aria-label={`${t('range.label')}: ${name} ${dates.from} – ${dates.to}`} aria-expanded={open}>
        {name}{' '}
        <span className={styles.rangeDates}>
          {dates.from} – {dates.to}
        </span>
        <DownOutlined aria-hidden className={styles.caret} />
      </Button>
    </Popover>
  )
}

interface ChoicesProps {
  value: Range
  dates: { from: string; to: string }
  choose: (range: Range) => void
  change: (range: Range) => void
}

function Choices({ value, dates, choose, change }: ChoicesProps) {
  const { t } = useTranslation('question')
  const { timezone } = useProject()
  return (
    <div className={styles.ranges}>
      <div className={styles.presets} role="group" aria-label={t('range.label')}>
        {LAST.map((n) => (
          <Preset key={n} on={'last' in value && value.last === n} label={t('range.last', { n })} onClick={() => choose({ last: n })} />
        ))}
        {PRESETS.map((preset) => (
          <Preset
            key={preset}
            on={'preset' in value && value.preset === preset}
            label={t(`range.${preset}`)}
            onClick={() => choose({ preset })}
          />
        ))}
      </div>
      <div className={styles.custom}>
        <span className={styles.small} id="range-days">
          {t('range.days')}
        </span>
        <InputNumber
          aria-labelledby="range-days"
          min={1}
          max={3660}
          precision={0}
          value={'last' in value ? value.last : null}
          placeholder="30"
          onChange={(n) => n !== null && n > 0 && change({ last: n })}
        />
        <span className={styles.small}>{t('range.dates')}</span>
        <DatePicker.RangePicker
          allowClear={false}
          value={[dayjs(dates.from), dayjs(dates.to)]}
          onChange={(days) => days?.[0] && days[1] && choose({ from: days[0].format('YYYY-MM-DD'), to: days[1].format('YYYY-MM-DD') })}
        />
        <span className={styles.small}>{t('range.zone', { zone: timezone })}</span>
      </div>
    </div>
  )
}

function Preset({ on, label, onClick }: { on: boolean; label: string; onClick: () => void }) {
  return (
    <Button size="small" type={on ? 'primary' : 'text'} aria-pressed={on} onClick={onClick}>
      {label}
    </Button>
  )
}
