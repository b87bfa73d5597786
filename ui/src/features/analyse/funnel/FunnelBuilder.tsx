import { PlusOutlined } from '@ant-design/icons'
import { Button, InputNumber, Select } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import BreakdownEditor from '@/components/question/BreakdownEditor'
import styles from '@/components/question/question.module.css'
import StepCard from '@/components/question/StepCard'
import { without } from '@/query/condition'
import { emptyStep, LIMITS } from '@/query/defaults'
import { ORDERS, type Breakdown, type Funnel, type Order, type Step, type Unit } from '@/query/types'
import { Choice, FilterSection, Section } from '../controls'

export interface FunnelBuilderProps {
  question: Funnel
  onChange: (change: (question: Funnel) => Funnel) => void
}

const UNITS: Unit[] = ['minute', 'hour', 'day', 'week', 'month']

/** What a funnel asks: its steps in order, the window, breakdowns and whose events. */
export default function FunnelBuilder({ question, onChange }: FunnelBuilderProps) {
  const { t } = useTranslation('analyse')
  const { t: q } = useTranslation('question')
  const { t: condition } = useTranslation('condition')
  const dragged = useRef<number | null>(null)
  const setSteps = (change: (steps: Step[]) => Step[]) => onChange((old) => withSteps(old, change(old.steps)))
  const move = (from: number, to: number) => setSteps((steps) => moved(steps, from, to))
  return (
    <>
      <Section title={t('funnel.steps')}>
        {question.steps.map((step, i) => (
          <StepCard<Step>
            key={i}
            badge={String(i + 1)}
            label={t('funnel.step_n', { n: i + 1 })}
            value={step}
            onChange={(next) => setSteps((steps) => steps.map((s, j) => (j === i ? next : s)))}
            onRemove={question.steps.length > 2 ? () => setSteps((steps) => steps.filter((_, j) => j !== i)) : undefined}
            onMove={(by) => move(i, i + by)}
            canMove={{ up: i > 0, down: i < question.steps.length - 1 }}
            drag={{
              start: () => (dragged.current = i),
              drop: () => {
                if (dragged.current !== null) move(dragged.current, i)
                dragged.current = null
              },
            }}
          />
        ))}
        {question.steps.length < LIMITS.steps && (
          <Button type="dashed" size="small" icon={<PlusOutlined aria-hidden />} onClick={() => setSteps((steps) => [...steps, emptyStep()])}>
            {t('funnel.add')}
          </Button>
        )}
      </Section>
      <Section title={t('funnel.window')}>
        <div className="weir-row">
          <InputNumber
            aria-label={t('funnel.window_value')}
            min={1}
            max={3660}
            precision={0}
            value={question.window.value}
            onChange={(value) => value !== null && onChange((old) => ({ ...old, window: { ...old.window, value } }))}
          />
          <Select<Unit>
            aria-label={t('funnel.window_unit')}
            value={question.window.unit}
            options={UNITS.map((unit) => ({ value: unit, label: condition(`units.${unit}`) }))}
            popupMatchSelectWidth={false}
            onChange={(unit) => onChange((old) => ({ ...old, window: { ...old.window, unit } }))}
          />
        </div>
        <Choice<Order>
          label={t('funnel.order')}
          value={question.order}
          options={ORDERS.map((order) => ({ value: order, label: t(`funnel.${order}`), title: t(`funnel.${order}_help`) }))}
          onChange={(order) => onChange((old) => ({ ...old, order }))}
        />
        <p className={styles.small}>{t(`funnel.${question.order}_help`)}</p>
      </Section>
      <Section title={q('builder.breakdown')}>
        <BreakdownEditor
          value={question.breakdown}
          steps={question.steps.length}
          event={question.steps[0]?.event}
          onChange={(breakdown) => onChange((old) => (breakdown ? { ...old, breakdown } : (without(old, 'breakdown') as Funnel)))}
        />
      </Section>
      <FilterSection
        value={question.filter}
        onChange={(filter) => onChange((old) => (filter ? { ...old, filter } : (without(old, 'filter') as Funnel)))}
      />
    </>
  )
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  if (to < 0 || to >= list.length) return next
  next.splice(to, 0, ...next.splice(from, 1))
  return next
}

/** New steps; a breakdown of a step that is gone goes back to the first one. */
function withSteps(question: Funnel, steps: Step[]): Funnel {
  const breakdown = question.breakdown?.map((b): Breakdown =>
    'of_step' in b && (b.of_step ?? 1) > steps.length ? { property: b.property } : b,
  )
  return { ...question, steps, ...(breakdown && { breakdown }) }
}
