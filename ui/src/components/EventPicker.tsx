import { Button, Select, Tooltip } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/lib/useFormat'
import type { EventSet } from '@/query/types'
import { useEvents } from './catalog'
import styles from './pickers.module.css'

export interface EventPickerProps {
  value: EventSet
  onChange: (value: EventSet) => void
  /** What the event is for, as screen readers say it. */
  label: string
  /** Offers «any event». */
  any?: boolean
  /** Offers a button that turns one event into «this or that». */
  several?: boolean
  size?: 'small' | 'middle'
  disabled?: boolean
}

interface Option {
  value: string
  label: string
  search: string
  count?: number
}

/** Chooses one event, or several that count as one, from what the project has received. */
export default function EventPicker({ value, onChange, label, any, several, size, disabled }: EventPickerProps) {
  const { t } = useTranslation('condition')
  const { language, number } = useFormat()
  const events = useEvents()
  const options = useMemo(() => {
    const named: Option[] = (events.data ?? []).map((e) => {
      const shown = e.display?.[language] || e.name
      return { value: e.name, label: shown, search: `${shown} ${e.name}`, count: e.count }
    })
    return any ? [{ value: '*', label: t('row.any_event'), search: `* ${t('row.any_event')}` }, ...named] : named
  }, [events.data, language, any, t])
  const shared = {
    options,
    size,
    disabled,
    'aria-label': label,
    className: styles.grow,
    placeholder: t('row.choose_event'),
    loading: events.isPending,
    status: value === '' || (Array.isArray(value) && value.length === 0) ? ('warning' as const) : undefined,
    popupMatchSelectWidth: 300,
    showSearch: { optionFilterProp: 'search' },
    optionRender: (option: { data: Option }) => (
      <span className={styles.option}>
        <span className={styles.optionName} title={option.data.value}>
          {option.data.label}
        </span>
        {option.data.count !== undefined && <span className={styles.faint}>{number(option.data.count)}</span>}
      </span>
    ),
  }
  if (Array.isArray(value)) {
    const change = (next: string[]) => onChange(next.includes('*') ? '*' : next)
    return <Select<string[], Option> mode="multiple" {...shared} value={value} onChange={change} />
  }
  return (
    <span className={styles.pair}>
      <Select<string, Option> {...shared} value={value === '' ? undefined : value} onChange={onChange} />
      {several && value !== '' && value !== '*' && (
        <Tooltip title={t('row.or_event')}>
          <Button
            size="small"
            type="text"
            aria-label={t('row.or_event_for', { label })}
            disabled={disabled}
            onClick={() => onChange([value])}
          >
            {t('row.or')}
          </Button>
        </Tooltip>
      )}
    </span>
  )
}
