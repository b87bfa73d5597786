import { beforeEach, describe, expect, it } from 'vitest'
import { questionSentence } from '@/components/question/sentence'
import { i18next } from '@/i18n'
import { defaultQuestion } from '@/query/defaults'
import type { Condition, Question } from '@/query/types'
import { Random, randomCondition, randomQuestion } from '@/testing/questions'
import { conditionSentence, type Translate } from './sentence'

const t: Translate = (key, values) => i18next.t(key, values ?? {})
const names = { event: (name: string) => ({ $page: 'Page viewed' })[name], segment: (id: string) => ({ seg_1: 'Big spenders' })[id] }

const condition: Condition = {
  all: [
    { user: 'city', op: 'in', value: ['Hangzhou', 'Shanghai'] },
    { any: [{ segment: 'seg_1' }, { not: { tag: 'rfm', op: 'eq', value: 'champions' } }] },
    { did: { event: 'pay', measure: 'count', op: 'gte', value: 2, within: { last: 30, unit: 'day' } } },
    { did_not: { event: '$page' } },
  ],
}
const funnel: Question = {
  ...defaultQuestion('funnel'),
  steps: [{ event: 'view' }, { event: ['cart', 'favorite'] }, { event: 'pay', where: { property: 'amount', op: 'gt', value: 50 } }],
  breakdown: [{ property: 'platform' }],
}

describe('in English', () => {
  it('says a condition', () => {
    expect(conditionSentence(condition, t, names)).toBe(
      '“city” is one of “Hangzhou”, “Shanghai” and (in segment “Big spenders” or not (tag “RFM” is “Champions”)) and did “pay” ≥ 2 times in the last 30 days and did not do “Page viewed”',
    )
    expect(conditionSentence(undefined, t)).toBe('Everyone')
  })

  it('says sums, ranges and spans', () => {
    expect(
      conditionSentence(
        {
          did: {
            event: ['a', 'b'],
            measure: { sum: 'amount' },
            op: 'between',
            value: [1, 2],
            within: { from: '2026-01-01', to: '2026-01-31' },
          },
        },
        t,
      ),
    ).toBe('did “a” or “b” with total of “amount” ∈ 1 and 2 from 2026-01-01 to 2026-01-31')
    expect(conditionSentence({ user: 'joined', op: 'within_last', value: { value: 7, unit: 'day' } }, t)).toBe(
      '“joined” is within the last 7 days',
    )
  })

  it('says questions', () => {
    expect(questionSentence(funnel, t, names)).toBe(
      'Conversion from “view” to “pay” (“amount” is greater than 50) over 3 steps within 7 days, entered in the last 30 days, broken down by platform',
    )
    expect(questionSentence({ ...defaultQuestion('trend'), series: [{ event: 'pay', measure: { sum: 'amount' } }] }, t)).toBe(
      'Total “amount” of “pay” per day in the last 30 days',
    )
    expect(questionSentence(defaultQuestion('retention'), t)).toBe(
      'Share of persons who first did any event in the last 30 days and came back to do any event on day N',
    )
  })
})

describe('in Chinese', () => {
  beforeEach(async () => {
    await i18next.changeLanguage('zh')
  })

  it('says a condition', () => {
    expect(conditionSentence(condition, t, names)).toBe(
      '「city」是其中之一「Hangzhou」、「Shanghai」，且（属于分群「Big spenders」，或非（标签「RFM」等于「重要价值」）），且最近 30 天内做过「pay」 ≥ 2 次，且没做过「Page viewed」',
    )
  })

  it('says questions', () => {
    expect(questionSentence(funnel, t, names)).toBe(
      '7 天内从「view」到「pay」（「amount」大于 50）的转化（共 3 步），最近 30 天进入，按 platform 细分',
    )
    expect(questionSentence(defaultQuestion('trend'), t)).toBe('最近 30 天每天做过任意事件的用户数')
    expect(questionSentence(defaultQuestion('retention'), t)).toBe('最近 30 天首次做任意事件的用户，之后第 N 天回来做任意事件的比例')
  })
})

it.each(['zh', 'en'])('has words for every random condition and question in %s', async (language) => {
  await i18next.changeLanguage(language)
  const random = new Random(99)
  for (let i = 0; i < 500; i++) {
    for (const said of [conditionSentence(randomCondition(random), t), questionSentence(randomQuestion(random), t)]) {
      expect(said).not.toMatch(/\{\{|undefined|\[object|sentence\.|condition:|question:/)
      expect(said.trim()).not.toBe('')
    }
  }
})
