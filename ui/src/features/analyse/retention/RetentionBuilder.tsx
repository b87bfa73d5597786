import { InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import PropertyPicker from '@/components/PropertyPicker'
import styles from '@/components/question/question.module.css'
import StepCard from '@/components/question/StepCard'
import { without } from '@/query/condition'
import { LIMITS } from '@/query/defaults'
import { COHORTS, type Cohort, type Criterion, type Retention, type RetentionMode, type Step } from '@/query/types'
import { Choice, FilterSection, Section } from '../controls'

export interface RetentionBuilderProps {
  question: Retention
  onChange: (change: (question: Retention) => Retention) => void
}

/** What retention asks: who starts, what a return is, and how both are counted. */
export default function RetentionBuilder({ question, onChange }: RetentionBuilderProps) {
  const { t } = useTranslation('analyse')
  const summed = typeof question.measure === 'object'
  return (
    <>
      <Section title={t('retention.start')}>
        <StepCard<Step>
          badge="A"
          label={t('retention.start')}
          value={question.start}
          any
          onChange={(start) => onChange((old) => ({ ...old, start }))}
        />
        <Choice<Cohort>
          label={t('retention.cohort')}
          value={question.cohort}
          options={COHORTS.map((value) => ({ value, label: t(`retention.${value}`), title: t(`retention.${value}_help`) }))}
          onChange={(cohort) => onChange((old) => ({ ...old, cohort }))}
        />
        <p className={styles.small}>{t(`retention.${question.cohort}_help`)}</p>
      </Section>
      <Section title={t('retention.back')}>
        <StepCard<Step>
          badge="B"
          label={t('retention.back')}
          value={question.return}
          any
          onChange={(back) => onChange((old) => ({ ...old, return: back }))}
        />
        <Choice<Criterion>
          label={t('retention.criterion')}
          value={question.criterion}
          options={(['on', 'on_or_after'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
          onChange={(criterion) => onChange((old) => ({ ...old, criterion }))}
        />
      </Section>
      <Section title={t('retention.periods')}>
        <InputNumber
          aria-label={t('retention.periods')}
          min={1}
          max={LIMITS.periods}
          precision={0}
          value={question.periods}
          onChange={(periods) => periods !== null && onChange((old) => ({ ...old, periods }))}
        />
        <Choice<RetentionMode>
          label={t('retention.mode')}
          value={question.mode}
          options={(['calendar', 'rolling'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
          onChange={(mode) => onChange((old) => ({ ...old, mode }))}
        />
      </Section>
      <Section title={t('retention.measure')}>
        <Choice<'persons' | 'sum'>
          label={t('retention.measure')}
          value={summed ? 'sum' : 'persons'}
          options={(['persons', 'sum'] as const).map((value) => ({ value, label: t(`retention.${value}`) }))}
          onChange={(value) =>
            onChange((old) => (value === 'sum' ? { ...old, measure: { sum: '' } } : (without(old, 'measure') as Retention)))
          }
        />
        {typeof question.measure === 'object' && (
          <PropertyPicker
            scope="event"
            event={question.return.event}
            numeric
            value={question.measure.sum}
            onChange={(sum) => onChange((old) => ({ ...old, measure: { sum } }))}
            label={t('retention.sum')}
          />
        )}
      </Section>
      <FilterSection
        value={question.filter}
        onChange={(filter) => onChange((old) => (filter ? { ...old, filter } : (without(old, 'filter') as Retention)))}
      />
    </>
  )
}
