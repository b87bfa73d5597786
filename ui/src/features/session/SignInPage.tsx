import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { ApiError, request } from '@/api/request'
import type { Session, ThemeChoice } from '@/api/types'
import { errorText } from '@/components/ErrorState'
import { Front } from '@/components/Front'
import { asLanguage, hasChosenLanguage, setLanguage } from '@/i18n'
import { hasChosenTheme, useTheme } from '@/lib/useTheme'
import { safeNext } from './model'

interface Fields {
  email: string
  password: string
}

export function SignInPage() {
  const { t } = useTranslation('session')
  const [search] = useSearchParams()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const { setChoice } = useTheme()
  useEffect(() => {
    document.title = `${t('title')} · ${t('common:product')}`
  }, [t])
  const signIn = useMutation({
    mutationFn: (fields: Fields) => request<Session>('POST', '/session', fields),
    onSuccess: (session) => {
      // A browser that has chosen for itself keeps its choice; a new one takes the account's.
      if (!hasChosenLanguage() && session.account.language) setLanguage(asLanguage(session.account.language))
      if (!hasChosenTheme() && session.account.theme) setChoice(session.account.theme as ThemeChoice)
      queryClient.clear()
      queryClient.setQueryData(['session'], session)
      void navigate(safeNext(search.get('next')), { replace: true })
    },
  })
  return (
    <Front aside={<Pitch />}>
      <h1>{t('title')}</h1>
      <p>{t('lead')}</p>
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => signIn.mutate(fields)} disabled={signIn.isPending}>
        <Form.Item name="email" label={t('email')} rules={[{ required: true, whitespace: true, message: t('emailRequired') }]}>
          <Input autoFocus type="email" autoComplete="username" size="large" />
        </Form.Item>
        <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordRequired') }]}>
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        {signIn.isError && <p role="alert" className="weir-loss weir-form-error">{refusal(signIn.error, t)}</p>}
        <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>{t('submit')}</Button>
      </Form>
      <p className="weir-faint weir-form-note">{t('forgot')}</p>
    </Front>
  )
}

function refusal(error: unknown, t: (key: string) => string): string {
  if (error instanceof ApiError && (error.status === 401 || error.kind === 'unknown_user')) return t('wrong')
  if (error instanceof ApiError && (error.status === 429 || error.kind === 'busy')) return t('tooMany')
  return errorText(error, t)
}

function Pitch() {
  const { t } = useTranslation('session')
  return (
    <>
      <h2>{t('pitch')}</h2>
      <ol>
        {['collect', 'sort', 'reach', 'measure'].map((key) => (
          <li key={key}><b>{t(key)}</b><span>{t(`${key}Text`)}</span></li>
        ))}
      </ol>
    </>
  )
}
