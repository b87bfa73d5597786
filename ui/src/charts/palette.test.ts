import { describe, expect, it } from 'vitest'
import { categorical, Colours, contrast, diverging, inkOn, neutral, sequential } from './palette'

type Triple = [number, number, number]
type Matrix = [Triple, Triple, Triple]

// Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
const SIGHT: Record<string, Matrix> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}

const linear = (hex: string): Triple =>
  [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as Triple

const times = (m: Matrix, v: Triple): Triple => m.map((row) => row.reduce((sum, x, i) => sum + x * (v[i] as number), 0)) as Triple
const clamp = (v: Triple): Triple => v.map((x) => Math.min(1, Math.max(0, x))) as Triple

function oklab(v: Triple): Triple {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    v,
  )
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms.map(Math.cbrt) as Triple,
  )
}

const distance = (a: Triple, b: Triple): number => Math.hypot(...a.map((x, i) => x - (b[i] as number)))

describe.each([
  ['light', false, '#ffffff'],
  ['dark', true, '#161d1f'],
] as const)('the %s palette', (_, dark, card) => {
  it('has ten colours that can be told apart by everybody', () => {
    const colours = categorical(dark)
    expect(colours).toHaveLength(10)
    for (const matrix of Object.values(SIGHT)) {
      const seen = colours.map((c) => oklab(clamp(times(matrix, linear(c)))))
      for (let i = 0; i < seen.length; i++) {
        for (let j = 0; j < i; j++)
          expect(distance(seen[i] as Triple, seen[j] as Triple), `${colours[i]} and ${colours[j]}`).toBeGreaterThan(0.09)
      }
    }
  })

  it('stands out from its card', () => {
    for (const colour of [...categorical(dark), neutral(dark)]) expect(contrast(colour, card), colour).toBeGreaterThan(3)
  })

  it('keeps the figures of a heat map readable on every shade', () => {
    for (let i = 0; i <= 100; i++) {
      for (const shade of [sequential(dark, i / 100), diverging(dark, i / 50 - 1)])
        expect(contrast(shade, inkOn(shade)), shade).toBeGreaterThan(4.5)
    }
  })
})

describe('colours of a page', () => {
  it('stay with their values whatever comes later', () => {
    const colours = new Colours()
    const [ios, web] = [colours.of('ios', false), colours.of('web', false)]
    colours.of('android', false)
    expect([colours.of('web', false), colours.of('ios', false)]).toEqual([web, ios])
    expect(ios).not.toBe(web)
    expect(colours.of('ios', true)).toBe(categorical(true)[0])
  })

  it('begin again after ten', () => {
    const colours = new Colours()
    const list = Array.from({ length: 12 }, (_, i) => colours.of(`v${i}`, false))
    expect(list[10]).toBe(list[0])
  })
})
