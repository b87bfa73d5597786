import type { PersonRow } from '@/api/types'

/** What to call a person: the name, else the id it came with. */
export function personLabel(person: PersonRow): string {
  return person.name || person.distinct_id || person.id
}
