import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useEvents } from '@/components/catalog'
import { exampleFunnels } from './examples'
import styles from './funnel.module.css'

/** Funnels that this project can answer, one click away from an empty page. */
export default function FunnelExamples({ onChoose }: { onChoose: (events: string[]) => void }) {
  const { t } = useTranslation('analyse')
  const examples = exampleFunnels(useEvents().data ?? [])
  if (examples.length === 0) return null
  return (
    <div className={styles.examples}>
      <span className="weir-soft">{t('funnel.examples')}</span>
      {examples.map((events, i) => (
        <Button key={events.join(' ')} type={i === 0 ? 'primary' : 'default'} onClick={() => onChoose(events)}>
          {events.join(' → ')}
        </Button>
      ))}
    </div>
  )
}
