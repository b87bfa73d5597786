/**
 * The colours of charts. The ten of the categories differ by at least 0.09 in OKLab for readers with
 * full colour vision, protanopia and deuteranopia, and by 3 : 1 from the card behind them; the tests
 * hold them to it. Their order puts the most different ones first.
 */

const LIGHT = ['#0f766e', '#ed5e1b', '#2f49d0', '#2699b2', '#842b24', '#5d8bfb', '#3a0b8c', '#b14928', '#0c578d', '#5d6db8'] as const
const DARK = ['#2fa89c', '#be8027', '#835de7', '#50d5fb', '#cb2f5b', '#e9e053', '#b58afe', '#99d099', '#5081aa', '#d8b02f'] as const

/** The row of the rest and lines that only accompany others. */
const NEUTRAL = { light: '#7c898b', dark: '#8a9799' } as const

export const categorical = (dark: boolean): readonly string[] => (dark ? DARK : LIGHT)
export const neutral = (dark: boolean): string => (dark ? NEUTRAL.dark : NEUTRAL.light)

type Rgb = [number, number, number]
const rgb = (hex: string): Rgb => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)) as Rgb
const hex = (c: Rgb): string => `#${c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`

function mix(from: string, to: string, share: number): string {
  const a = rgb(from)
  const b = rgb(to)
  const s = Math.min(1, Math.max(0, share))
  return hex([0, 1, 2].map((i) => (a[i] as number) + ((b[i] as number) - (a[i] as number)) * s) as Rgb)
}

function ramp(stops: readonly string[], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const i = Math.min(stops.length - 2, Math.floor(at))
  return mix(stops[i] as string, stops[i + 1] as string, at - i)
}

const TEAL = { light: ['#f1f8f7', '#9fd4cd', '#0f766e', '#0a4a45'], dark: ['#17292a', '#1d5a55', '#2fa89c', '#a5e5dc'] } as const
const CHANGE = {
  light: ['#a63a22', '#f3cfc5', '#f5f7f7', '#a9d8d2', '#0f766e'],
  dark: ['#f0907a', '#5a2c22', '#1d2628', '#1a4a46', '#4fbfb3'],
} as const

/** Teal from almost nothing to deep, for heat maps; 0…1. */
export const sequential = (dark: boolean, share: number): string => ramp(dark ? TEAL.dark : TEAL.light, share)
/** Brick for loss, teal for gain; −1…1. */
export const diverging = (dark: boolean, change: number): string => ramp(dark ? CHANGE.dark : CHANGE.light, (change + 1) / 2)

/** Relative luminance by WCAG 2. */
export function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map((v) => {
    const c = v / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** Black or white, whichever is read better on a coloured cell. */
export const inkOn = (background: string): string =>
  contrast(background, '#000000') >= contrast(background, '#ffffff') ? '#000000' : '#ffffff'

/**
 * Gives each value its colour once and for as long as the page is open, so that «ios» looks the same in
 * every chart of the page and after every edit.
 */
export class Colours {
  private readonly given = new Map<string, number>()

  of(value: string, dark: boolean): string {
    let index = this.given.get(value)
    if (index === undefined) {
      index = this.given.size
      this.given.set(value, index)
    }
    const list = categorical(dark)
    return list[index % list.length] as string
  }
}
