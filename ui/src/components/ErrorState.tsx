import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/request'
import { asLanguage, i18next } from '@/i18n'

/** The server's kinds of errors that have a sentence of ours. */
const sentences: Record<string, string> = {
  not_found: 'notFound', denied: 'denied', invalid: 'invalid', conflict: 'conflict', too_large: 'tooLarge', busy: 'busy', unavailable: 'unavailable',
}

type Translate = (key: string, values?: Record<string, unknown>) => string

/** What a reader sees of an error: a sentence and, where the server's own is in another language than the reader's, that beneath it. */
function errorWords(error: unknown, t: Translate): { text: string; detail?: string } {
  if (!(error instanceof ApiError)) return { text: error instanceof Error ? error.message : String(error) }
  switch (error.kind) {
    case 'network': return { text: t('common:errors.network') }
    case 'unreadable': return { text: t('common:errors.unreadable') }
    case 'internal': return { text: t('common:errors.internal') }
    case 'unknown_user':
    case 'unauthenticated': return { text: chinese() || !error.message ? t('common:errors.unauthenticated') : error.message }
  }
  const sentence = sentences[error.kind]
  if (sentence && !error.message) return { text: t(`common:errors.${sentence}`) }
  if (sentence && chinese()) return { text: t(`common:errors.${sentence}`), detail: error.message }
  return { text: error.message }
}

function chinese(): boolean {
  return asLanguage(i18next.language) === 'zh'
}

/** An error in one line, for messages that pass by. */
export function errorText(error: unknown, t: Translate): string {
  const { text, detail } = errorWords(error, t)
  return detail ? t('common:errors.withDetail', { text, detail }) : text
}

export interface ErrorStateProps {
  error: unknown
  onRetry?: () => void
  /** A line inside a card instead of a page's middle. */
  compact?: boolean
}

/** What happened, why, and what to do. */
export function ErrorState({ error, onRetry, compact = false }: ErrorStateProps) {
  const { t } = useTranslation()
  const api = error instanceof ApiError ? error : null
  const { text, detail } = errorWords(error, t)
  return (
    <div className={compact ? 'weir-state weir-state-compact' : 'weir-state'} role="alert">
      {!compact && <h2 className="weir-state-title">{t('errors.title')}</h2>}
      <p className="weir-state-text">{text}</p>
      {detail && <p className="weir-state-small" lang="en">{detail}</p>}
      {api && api.details.length > 0 && (
        <ul className="weir-state-list">
          {api.details.map((detail) => (
            <li key={`${detail.where} ${detail.what}`}>{detail.where && <code>{detail.where}</code>} {detail.what}</li>
          ))}
        </ul>
      )}
      {api?.requestId && <p className="weir-state-small">{t('errors.requestId', { id: api.requestId })}</p>}
      {onRetry && <Button onClick={onRetry}>{t('actions.retry')}</Button>}
    </div>
  )
}
