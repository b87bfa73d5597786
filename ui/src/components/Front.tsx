import { Segmented } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { asLanguage, setLanguage } from '@/i18n'
import { Mark } from './Mark'
import './front.css'

/** The frame of the pages before the shell: sign-in and setup. */
export function Front({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  const { t, i18n } = useTranslation()
  return (
    <div className="weir-front">
      <header className="weir-front-top">
        <span className="weir-brand"><Mark size={28} /><span>Weir <b>堰</b></span></span>
        <Segmented
          size="small"
          aria-label={t('words.language')}
          value={asLanguage(i18n.language)}
          onChange={(value) => setLanguage(value)}
          options={[{ value: 'zh' as const, label: '中文' }, { value: 'en' as const, label: 'English' }]}
        />
      </header>
      <main className="weir-front-main" id="content">
        <section className="weir-card weir-front-card">{children}</section>
        {aside && <aside className="weir-front-aside">{aside}</aside>}
      </main>
      <Steps />
    </div>
  )
}

/** Water over three steps, the mark drawn large behind the page's foot. */
function Steps() {
  return (
    <svg className="weir-front-steps" viewBox="0 0 1200 200" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d="M0 40H300q60 0 60 30t60 30H700q60 0 60 30t60 30H1200V200H0Z" />
    </svg>
  )
}
