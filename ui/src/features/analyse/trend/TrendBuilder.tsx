import { PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import PropertyPicker from '@/components/PropertyPicker'
import BreakdownEditor from '@/components/question/BreakdownEditor'
import styles from '@/components/question/question.module.css'
import StepCard from '@/components/question/StepCard'
import { without } from '@/query/condition'
import { defaultSeries, LIMITS } from '@/query/defaults'
import {
  PROPERTY_MEASURES,
  SIMPLE_MEASURES,
  type Measure,
  type PropertyMeasureName,
  type Series,
  type SimpleMeasure,
  type Trend,
} from '@/query/types'
import { FilterSection, Section } from '../controls'
import { letter } from './model'

export interface TrendBuilderProps {
  question: Trend
  onChange: (change: (question: Trend) => Trend) => void
}

/** What a trend asks: series, a formula of them, breakdowns and whose events. */
export default function TrendBuilder({ question, onChange }: TrendBuilderProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const setSeries = (at: number, series: Series) =>
    onChange((old) => ({ ...old, series: old.series.map((s, i) => (i === at ? series : s)) }))
  return (
    <>
      <Section title={t('trend.series')}>
        {question.series.map((series, i) => (
          <StepCard<Series>
            key={i}
            badge={letter(i)}
            label={t('trend.series_n', { letter: letter(i) })}
            value={series}
            onChange={(next) => setSeries(i, next)}
            any
            onRemove={
              question.series.length > 1 ? () => onChange((old) => ({ ...old, series: old.series.filter((_, j) => j !== i) })) : undefined
            }
          >
            <MeasureLine series={series} onChange={(next) => setSeries(i, next)} />
          </StepCard>
        ))}
        {question.series.length < LIMITS.series && (
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => onChange((old) => ({ ...old, series: [...old.series, { ...defaultSeries(), event: '' }] }))}
          >
            {t('trend.add')}
          </Button>
        )}
        {(question.series.length > 1 || question.formula !== undefined) && (
          <Input
            prefix={<span className={styles.small}>{t('trend.formula')}</span>}
            aria-label={t('trend.formula')}
            placeholder={t('trend.formula_help')}
            allowClear
            value={question.formula ?? ''}
            onChange={(e) =>
              onChange((old) => (e.target.value === '' ? (without(old, 'formula') as Trend) : { ...old, formula: e.target.value }))
            }
          />
        )}
      </Section>
      <Section title={q('builder.breakdown')}>
        <BreakdownEditor
          value={question.breakdown}
          event={question.series.length === 1 ? question.series[0]?.event : undefined}
          onChange={(breakdown) => onChange((old) => (breakdown ? { ...old, breakdown } : (without(old, 'breakdown') as Trend)))}
        />
      </Section>
      <FilterSection
        value={question.filter}
        onChange={(filter) => onChange((old) => (filter ? { ...old, filter } : (without(old, 'filter') as Trend)))}
      />
    </>
  )
}

const isProperty = (name: string): name is PropertyMeasureName => (PROPERTY_MEASURES as readonly string[]).includes(name)

function MeasureLine({ series, onChange }: { series: Series; onChange: (series: Series) => void }) {
  const { t } = useTranslation('question')
  const { measure } = series
  const name = typeof measure === 'string' ? measure : (Object.keys(measure)[0] as PropertyMeasureName)
  const property = typeof measure === 'string' ? '' : (Object.values(measure)[0] ?? '')
  const choose = (next: string) => {
    const rest = without(series, 'days')
    const chosen: Measure = isProperty(next) ? { [next]: property } : (next as SimpleMeasure)
    onChange({ ...rest, measure: chosen, ...(next === 'rolling_persons' && { days: series.days ?? 7 }) })
  }
  return (
    <div className={styles.stepLine}>
      <Select<string>
        size="small"
        aria-label={t('measure.label')}
        value={name}
        options={[...SIMPLE_MEASURES, ...PROPERTY_MEASURES].map((m) => ({ value: m, label: t(`measure.${m}`) }))}
        popupMatchSelectWidth={false}
        listHeight={420}
        onChange={choose}
      />
      {typeof measure === 'object' && (
        <PropertyPicker
          scope="event"
          event={series.event}
          numeric={name !== 'distinct'}
          value={property}
          onChange={(next) => onChange({ ...series, measure: { [name]: next } })}
          label={t('measure.property')}
          size="small"
        />
      )}
      {measure === 'rolling_persons' && (
        <Select<7 | 30>
          size="small"
          aria-label={t('measure.days')}
          value={series.days ?? 7}
          options={[7, 30].map((n) => ({ value: n as 7 | 30, label: t('measure.days_n', { n }) }))}
          onChange={(days) => onChange({ ...series, days })}
        />
      )}
    </div>
  )
}
