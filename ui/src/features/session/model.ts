/** Where to go after signing in: the address that was asked for, if it is one of ours. */
export function safeNext(next: string | null): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  return next.startsWith('/sign-in') || next.startsWith('/setup') ? '/' : next
}
