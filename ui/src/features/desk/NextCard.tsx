import { RightOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useProject } from '@/app/session'
import type { Suggestion } from './model'

export function NextCard({ suggestions }: { suggestions: Suggestion[] }) {
  const { t } = useTranslation('desk')
  const project = useProject()
  return (
    <section className="weir-card">
      <div className="weir-card-head"><h2>{t('next')}</h2></div>
      <ul className="weir-next">
        {suggestions.map(({ key, to, values }) => (
          <li key={key}>
            <Link to={`/p/${project.id}/${to}`}>
              <span><b>{t(`suggestion.${key}`, values)}</b><span className="weir-soft">{t(`suggestion.${key}Text`, values)}</span></span>
              <RightOutlined aria-hidden="true" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
