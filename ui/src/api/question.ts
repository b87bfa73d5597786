// Conditions and questions as they travel. The builders that make them keep
// their own, finer types in src/query; here they only have to be JSON objects.

/** A condition tree: {"all":[…]}, {"any":[…]}, {"not":…} or a leaf. */
export type Condition = Record<string, unknown>

/** A question's body: kind, range, and what the kind needs; with «actors» it names one cell. */
export interface Question {
  kind: string
  range?: unknown
  filter?: unknown
  actors?: unknown
}
