import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { request } from '@/api/request'
import { useProject } from '@/app/session'
import { useSettled } from '@/components/useSettled'
import { todayIn } from '@/query/range'
import type { Question } from '@/query/types'
import { validate, type Problem } from '@/query/validate'
import { wire, type Calendar } from '@/query/wire'

/** The project's calendar of this moment. */
export function useCalendar(): Calendar {
  const { timezone, week_start: weekStart } = useProject()
  const today = todayIn(timezone, new Date())
  return useMemo(() => ({ today, weekStart }), [today, weekStart])
}

/** An answer together with the question that it answers: while the next one is on its way, the two belong together. */
export interface Answered<Q, A> {
  question: Q
  answer: A
}

export interface AnswerState<Q, A> {
  answered: Answered<Q, A> | undefined
  problems: Problem[]
  /** The answer shown is not, or not yet, that of the question in the builder. */
  stale: boolean
  loading: boolean
  error: Error | null
  retry: () => void
}

const SETTLE_MS = 250

/** Asks the server as the question settles. A newer question aborts the request of the older one. */
export function useAnswer<Q extends Question, A>(question: Q): AnswerState<Q, A> {
  const { id } = useProject()
  const calendar = useCalendar()
  const problems = useMemo(() => validate(question), [question])
  const body = useMemo(() => JSON.stringify(wire(question, calendar)), [question, calendar])
  const asked = useSettled(
    useMemo(() => ({ body, question, ready: problems.length === 0 }), [body, question, problems]),
    SETTLE_MS,
  )
  const query = useQuery({
    queryKey: ['p', id, 'query', asked.body],
    queryFn: async ({ signal }): Promise<Answered<Q, A>> => ({
      question: asked.question,
      answer: await request<A>('POST', `/projects/${encodeURIComponent(id)}/query`, JSON.parse(asked.body), { signal }),
    }),
    enabled: asked.ready,
    placeholderData: keepPreviousData,
  })
  return {
    answered: query.data,
    problems,
    stale: query.isPlaceholderData || query.isFetching || asked.body !== body || problems.length > 0,
    loading: query.data === undefined && asked.ready && query.error === null,
    error: asked.ready ? query.error : null,
    retry: () => void query.refetch(),
  }
}
