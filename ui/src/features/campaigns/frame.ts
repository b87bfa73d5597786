/** The theme of the mail program that a preview stands for. */
export type Scheme = 'light' | 'dark'

/**
 * A mail as it is put into the preview's frame, which is sandboxed: it runs no scripts and leads nowhere,
 * since links want a new window and the sandbox refuses one. The frame would follow the reader's own theme,
 * so the mail's rules for dark and light are switched on and off by hand.
 */
export function framed(html: string, scheme: Scheme): string {
  const base = '<base target="_blank">'
  const switched = html.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_, wanted: string) =>
    wanted.toLowerCase() === scheme ? '(min-width: 0)' : '(max-width: 0)')
  return /<head[^>]*>/i.test(switched) ? switched.replace(/<head[^>]*>/i, (head) => head + base) : base + switched
}
