// A segment's rule in words: the sentence of its condition, or of the question and the cell it was made from.

import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Segment } from '@/api/types'
import { useNames } from '@/components/catalog'
import { conditionSentence, type Names, type Translate } from '@/components/condition/sentence'
import { questionSentence } from '@/components/question/sentence'
import { condition as readCondition } from '@/query/readers'
import type { Condition, Question } from '@/query/types'

/** The condition as the builder knows it; undefined when the segment has none, or one that this version cannot show. */
export function conditionOf(segment: Pick<Segment, 'condition'>): Condition | undefined {
  if (!segment.condition) return undefined
  try {
    return readCondition(segment.condition, 'condition')
  } catch {
    return undefined
  }
}

interface Cell {
  bucket?: string
  step?: number
  dropped?: boolean
  cohort?: string
  period?: number
  returned?: boolean
}

/** The rule in one sentence. */
export function definitionSentence(segment: Pick<Segment, 'condition' | 'question'>, t: Translate, names: Names): string {
  const condition = conditionOf(segment)
  if (condition) return conditionSentence(condition, t, names)
  if (!segment.question) return t('segments:fromAnswer')
  const { actors, ...question } = segment.question as unknown as Question & { actors?: Cell }
  const sentence = sentenceOf(question as Question, t, names)
  const cell = actors && cellWords(actors, t)
  if (!sentence) return cell ?? t('segments:fromAnswer')
  return t('segments:fromQuestion', { sentence: cell ? t('segments:cell.whole', { cell, sentence }) : sentence })
}

/** A newer server may keep questions that this page has no words for. */
function sentenceOf(question: Question, t: Translate, names: Names): string {
  try {
    return questionSentence(question, t, names)
  } catch {
    return ''
  }
}

function cellWords(cell: Cell, t: Translate): string | undefined {
  const words: string[] = []
  if (cell.bucket) words.push(t('segments:cell.bucket', { bucket: cell.bucket }))
  if (cell.step !== undefined) words.push(t(cell.dropped ? 'segments:cell.dropped' : 'segments:cell.step', { n: cell.step }))
  if (cell.cohort) words.push(t('segments:cell.cohort', { cohort: cell.cohort }))
  if (cell.period !== undefined) words.push(t(cell.returned === false ? 'segments:cell.notReturned' : 'segments:cell.returned', { n: cell.period }))
  return words.length > 0 ? words.join(t('segments:cell.joint')) : undefined
}

/** definitionSentence in the reader's language, with the project's names. */
export function useDefinition(): (segment: Pick<Segment, 'condition' | 'question'>) => string {
  const { t } = useTranslation('segments')
  const names = useNames()
  return useCallback((segment) => definitionSentence(segment, t, names), [t, names])
}
