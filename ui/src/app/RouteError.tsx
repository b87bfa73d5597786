import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { Empty } from '@/components/Empty'

/** A page that crashed: says so, offers to reload, shows the text to pass on. */
export function RouteError({ inShell = false }: { inShell?: boolean }) {
  const { t } = useTranslation()
  const error = useRouteError()
  const text = error instanceof Error ? error.message : String(error)
  const body = (
    <div className="weir-state" role="alert">
      <h1 className="weir-state-title">{t('errors.crash')}</h1>
      <p className="weir-state-text">{t('errors.crashText')}</p>
      <pre className="weir-state-detail">{text}</pre>
      <Button type="primary" onClick={() => window.location.reload()}>{t('actions.reload')}</Button>
    </div>
  )
  return inShell ? body : <main className="weir-full">{body}</main>
}

export function NotFound({ full = false }: { full?: boolean }) {
  const { t } = useTranslation()
  const body = <Empty picture="search" heading="h1" title={t('errors.pageNotFound')} text={t('errors.pageNotFoundText')} action={{ label: t('errors.goHome'), to: '/' }} />
  return full ? <main className="weir-full">{body}</main> : body
}
