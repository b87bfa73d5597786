/** A question as one sentence: what stands above its answer. */
import { conditionSentence, eventSentence, type Names, type Translate } from '@/components/condition/sentence'
import { eventNames, finished, hasEvent } from '@/query/condition'
import type {
  Breakdown,
  BreakdownValue,
  Condition,
  Duration,
  Funnel,
  Measure,
  Question,
  Range,
  Retention,
  Series,
  Step,
  Trend,
} from '@/query/types'
import { breakdownComplete } from '@/query/validate'

export function questionSentence(question: Question, t: Translate, names: Names = {}): string {
  const teller = new Teller(t, names)
  switch (question.kind) {
    case 'trend':
      return teller.trend(question)
    case 'funnel':
      return teller.funnel(question)
    case 'retention':
      return teller.retention(question)
  }
}

/** A measure of an event in words: «Total “amount” of “pay”». */
export const seriesSentence = (series: Series, t: Translate, names: Names = {}): string => new Teller(t, names).series(series)

/** What a step is called beside its bar: the plain names of its events, and its filter. */
export function stepName(step: Step, t: Translate, names: Names = {}): string {
  const events = eventNames(step.event).map((name) => (name === '*' ? t('condition:sentence.any_event') : (names.event?.(name) ?? name)))
  const where = finished(step.where)
  return (
    events.join(t('condition:sentence.or')) + (where ? t('question:sentence.where', { where: conditionSentence(where, t, names) }) : '')
  )
}

export function rangeSentence(range: Range, t: Translate): string {
  if ('last' in range) return t('question:range.sentence_last', { n: range.last })
  if ('preset' in range) return t(`question:range.${range.preset}`).toLocaleLowerCase()
  return t('question:range.sentence_dates', { from: range.from, to: range.to })
}

export function breakdownName(b: Breakdown, t: Translate): string {
  if ('property' in b) return b.property
  if ('user' in b) return b.user
  if ('tag' in b) return b.tag === 'rfm' ? t('question:sentence.rfm') : b.tag
  return t('question:sentence.segments')
}

/** A breakdown's value as people read it. */
export function valueName(value: BreakdownValue | undefined, breakdown: Breakdown | undefined, t: Translate, names: Names = {}): string {
  if (value === null || value === undefined || value === '') return t('question:value.none')
  if (typeof value === 'object') return t('question:value.other')
  if (typeof value === 'boolean') return t(value ? 'question:value.yes' : 'question:value.no')
  const text = String(value)
  if (breakdown && 'tag' in breakdown && breakdown.tag === 'rfm') return t(`condition:rfm.${text}`, { defaultValue: text })
  if (breakdown && 'segments' in breakdown) return names.segment?.(text) ?? text
  return text
}

class Teller {
  constructor(
    private readonly t: Translate,
    private readonly names: Names,
  ) {}

  trend(q: Trend): string {
    const series = q.series.map((s) => this.series(s)).join(this.say('join'))
    const formula = q.formula ? this.say('formula', { formula: q.formula }) : ''
    const compare = q.compare ? this.say('compare') : ''
    const sentence = this.say('trend', {
      range: rangeSentence(q.range, this.t),
      interval: this.t(`question:interval.each_${q.interval}`),
      series: series + formula,
      breakdown: this.breakdown(q.breakdown),
      filter: this.filter(q.filter),
    })
    return sentence + compare
  }

  series(s: Series): string {
    const event = this.step(s)
    if (typeof s.measure === 'string') return this.say(`m_${s.measure}`, { event, days: s.days ?? 7 })
    const [name, property] = Object.entries(s.measure)[0] as [keyof Measure & string, string]
    return this.say(`m_${name}`, { event, property })
  }

  step(s: Step): string {
    if (!hasEvent(s.event)) return this.say('missing')
    const where = finished(s.where)
    return (
      eventSentence(s.event, this.t, this.names) + (where ? this.say('where', { where: conditionSentence(where, this.t, this.names) }) : '')
    )
  }

  funnel(q: Funnel): string {
    const first = q.steps[0]
    const last = q.steps.at(-1)
    if (!first || !last || q.steps.length < 2 || !q.steps.every((s) => hasEvent(s.event))) return this.say('funnel_empty')
    return this.say('funnel', {
      window: this.duration(q.window),
      first: this.step(first),
      last: this.step(last),
      middle: q.steps.length > 2 ? this.say('middle', { n: q.steps.length }) : '',
      range: rangeSentence(q.range, this.t),
      order: this.say(`order_${q.order}`),
      breakdown: this.breakdown(q.breakdown),
      filter: this.filter(q.filter),
    })
  }

  retention(q: Retention): string {
    return this.say('retention', {
      range: rangeSentence(q.range, this.t),
      cohort: this.say(`cohort_${q.cohort}`),
      start: this.step(q.start),
      back: this.step(q.return),
      criterion: this.say(`criterion_${q.criterion}_${q.interval}`),
      measure: typeof q.measure === 'object' ? this.say('sum', { property: q.measure.sum }) : this.say('share'),
      filter: this.filter(q.filter),
    })
  }

  private duration(d: Duration): string {
    return this.say(`unit_${d.unit}`, { count: d.value })
  }

  private breakdown(list: Breakdown[] | undefined): string {
    const named = (list ?? []).filter(breakdownComplete).map((b) => breakdownName(b, this.t))
    return named.length === 0 ? '' : this.say('breakdown', { list: named.join(this.say('join')) })
  }

  private filter(condition: Condition | undefined): string {
    const done = finished(condition)
    return done ? this.say('filter', { filter: conditionSentence(done, this.t, this.names) }) : ''
  }

  private say(key: string, values?: Record<string, unknown>): string {
    return this.t(`question:sentence.${key}`, values)
  }
}
