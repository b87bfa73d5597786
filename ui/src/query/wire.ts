import { finished } from './condition'
import { resolveRange } from './range'
import type { Cell, Question, Range, Step } from './types'

/** What resolving a relative range needs to know of the project: today's local date and the first day of its weeks. */
export interface Calendar {
  today: string
  weekStart: number
}

type Body = Record<string, unknown>

/**
 * The body of POST …/query: dates in place of a relative range, and without rows that are still being
 * written. The same body, with `actors`, lists the persons of a cell and defines a segment.
 */
export function wire(question: Question, calendar: Calendar): Body {
  const { range, filter, ...rest } = question
  const body: Body = { ...rest, range: wireRange(range, calendar) }
  const persons = finished(filter)
  if (persons) body.filter = persons
  if (question.kind === 'trend') body.series = question.series.map((s) => withWhere(s))
  if (question.kind === 'funnel') body.steps = question.steps.map((s) => withWhere(s))
  if (question.kind === 'retention') {
    body.start = withWhere(question.start)
    body.return = withWhere(question.return)
  }
  return body
}

/**
 * The same body for one cell. A cell named by its date holds the range fast: a segment made of it must
 * not lose its cell when a relative range moves on.
 */
export function wireActors(question: Question, calendar: Calendar, cell: Cell): Body {
  const dated = ('bucket' in cell && cell.bucket !== undefined) || 'cohort' in cell
  const range = dated ? resolveRange(question.range, calendar.today, calendar.weekStart) : wireRange(question.range, calendar)
  return { ...wire(question, calendar), range, actors: cell }
}

/** «The last N days» means the same to the server, so a segment of it moves on day by day; the other ranges are sent as dates. */
function wireRange(range: Range, calendar: Calendar): unknown {
  if ('last' in range) return { last: range.last, unit: 'day' }
  return resolveRange(range, calendar.today, calendar.weekStart)
}

function withWhere<S extends Step>(step: S): S {
  const { where, ...rest } = step
  const clean = finished(where)
  return (clean ? { ...rest, where: clean } : rest) as S
}
