/**
 * A notation of plain data for addresses: JSON's shapes with few characters that a URL would have
 * to escape, so that an address can still be read. `(event:pay,measure:(sum:amount))` is an object,
 * `!(a,b)` a list, `!t`, `!f`, `!n` true, false and null, and `'…'` a string that would otherwise
 * be read as something else; inside quotes `!` escapes itself and the quote. (It is Rison.)
 */

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain | undefined }

export class NotationError extends Error {}

const BARE = /^[^\s'!:(),*@$0-9-][^\s'!:(),*@$]*$/

export function write(value: Plain): string {
  if (value === null) return '!n'
  if (value === true) return '!t'
  if (value === false) return '!f'
  if (typeof value === 'number') return writeNumber(value)
  if (typeof value === 'string') return writeString(value)
  if (Array.isArray(value)) return `!(${value.map(write).join(',')})`
  const parts: string[] = []
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) parts.push(`${writeString(key)}:${write(item)}`)
  }
  return `(${parts.join(',')})`
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotationError('only finite numbers can be written')
  return String(value).replace('+', '')
}

function writeString(text: string): string {
  return BARE.test(text) ? text : `'${text.replace(/[!']/g, '!$&')}'`
}

export function read(text: string): Plain {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

/** Deeper nesting than any question has; bounds the recursion on hostile addresses. */
const MAX_DEPTH = 40

class Reader {
  private at = 0
  constructor(private readonly text: string) {}

  value(depth: number): Plain {
    if (depth > MAX_DEPTH) throw new NotationError('nested too deeply')
    const c = this.text[this.at]
    if (c === '(') return this.object(depth)
    if (c === '!') return this.bang(depth)
    if (c === "'") return this.quoted()
    const word = this.word()
    return /^[-\d]/.test(word) ? this.number(word) : word
  }

  end(): void {
    if (this.at !== this.text.length) throw new NotationError(`unexpected text at ${this.at}`)
  }

  private object(depth: number): Plain {
    // No prototype: a key from an address must never reach Object.prototype.
    const out = Object.create(null) as { [key: string]: Plain }
    this.at++
    if (this.take(')')) return { ...out }
    for (;;) {
      const key = this.text[this.at] === "'" ? this.quoted() : this.word()
      this.expect(':')
      Object.defineProperty(out, key, { value: this.value(depth + 1), enumerable: true, configurable: true, writable: true })
      if (this.take(')')) return { ...out }
      this.expect(',')
    }
  }

  private bang(depth: number): Plain {
    const c = this.text[this.at + 1]
    this.at += 2
    if (c === 't') return true
    if (c === 'f') return false
    if (c === 'n') return null
    if (c !== '(') throw new NotationError(`unknown mark !${c ?? ''}`)
    const out: Plain[] = []
    if (this.take(')')) return out
    for (;;) {
      out.push(this.value(depth + 1))
      if (this.take(')')) return out
      this.expect(',')
    }
  }

  private quoted(): string {
    let out = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] as string
      if (c === "'") {
        this.at++
        return out
      }
      out += c === '!' ? (this.text[++this.at] ?? '') : c
    }
    throw new NotationError('a quote is not closed')
  }

  private word(): string {
    const from = this.at
    while (this.at < this.text.length && !/[\s'!:(),*@$]/.test(this.text[this.at] as string)) this.at++
    if (from === this.at) throw new NotationError(`a value is missing at ${from}`)
    return this.text.slice(from, this.at)
  }

  private number(word: string): number {
    const value = Number(word)
    if (!Number.isFinite(value)) throw new NotationError(`not a number: ${word}`)
    return value
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }

  private expect(c: string): void {
    if (!this.take(c)) throw new NotationError(`expected ${c} at ${this.at}`)
  }
}
