// The commands of the palette as plain data: what each is called, where it
// belongs and what it does. The palette only lists, filters and runs them.

export type CommandGroup = 'pages' | 'segments' | 'persons' | 'actions'

export interface Command {
  id: string
  group: CommandGroup
  label: string
  /** Further words by which it is found, such as the other language's name. */
  keywords?: string
  detail?: string
  run: () => void
}

const order: CommandGroup[] = ['pages', 'segments', 'persons', 'actions']
const most: Record<CommandGroup, number> = { pages: 12, segments: 6, persons: 6, actions: 12 }

/** How well the text fits what was typed: 0 not at all, 3 at its start. Every typed word must occur. */
export function rank(command: Command, typed: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return 1
  const label = command.label.toLowerCase()
  const all = `${label} ${command.keywords?.toLowerCase() ?? ''} ${command.detail?.toLowerCase() ?? ''}`
  if (!words.every((word) => all.includes(word))) return 0
  if (label.startsWith(words[0] ?? '')) return 3
  return label.includes(words[0] ?? '') ? 2 : 1
}

/** The commands that fit, in groups, the best first within each. Persons come from the server already searched. */
export function match(commands: Command[], typed: string): Command[] {
  return order.flatMap((group) => commands
    .filter((command) => command.group === group)
    .map((command) => ({ command, rank: group === 'persons' ? 1 : rank(command, typed) }))
    .filter((entry) => entry.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most[group])
    .map((entry) => entry.command))
}
