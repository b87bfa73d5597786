import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/request'

/** The sentence that a reader sees for an error: the server's own where it has one. */
export function errorText(error: unknown, t: (key: string) => string): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
  switch (error.kind) {
    case 'network': return t('common:errors.network')
    case 'unreadable': return t('common:errors.unreadable')
    case 'internal': return t('common:errors.internal')
    case 'unknown_user':
    case 'unauthenticated': return error.message || t('common:errors.unauthenticated')
    default: return error.message
  }
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
  return (
    <div className={compact ? 'weir-state weir-state-compact' : 'weir-state'} role="alert">
      {!compact && <h2 className="weir-state-title">{t('errors.title')}</h2>}
      <p className="weir-state-text">{errorText(error, t)}</p>
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
