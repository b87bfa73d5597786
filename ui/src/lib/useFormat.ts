import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOptionalProject } from '@/app/session'
import { asLanguage } from '@/i18n'
import * as format from './format'

type When = string | number | Date | null | undefined
type Figure = number | null | undefined

/** The formats of lib/format with the reader's language and the project's zone and currency. */
export function useFormat() {
  const { i18n } = useTranslation()
  const project = useOptionalProject()
  const language = asLanguage(i18n.language)
  const zone = project?.timezone ?? 'UTC'
  const currency = project?.currency ?? ''
  return useMemo(() => ({
    language,
    zone,
    currency,
    number: (value: Figure) => format.formatNumber(value, language),
    full: (value: Figure, digits?: number) => format.formatFull(value, language, digits),
    percent: (share: Figure, digits?: number) => format.formatPercent(share, language, digits),
    money: (value: Figure) => format.formatMoney(value, currency, language),
    moneyFull: (value: Figure) => format.formatMoneyFull(value, currency, language),
    day: (value: When) => format.localDay(value, zone),
    date: (value: When) => format.formatDate(value, zone, language),
    dateTime: (value: When, seconds?: boolean) => format.formatDateTime(value, zone, language, seconds),
    time: (value: When) => format.formatTime(value, zone),
    duration: (seconds: Figure) => format.formatDuration(seconds, language),
    relative: (value: When) => format.formatRelative(value, Date.now(), language),
  }), [language, zone, currency])
}
