import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { place, Sparkline } from './Sparkline'

describe('place', () => {
  it('stands on zero and reaches the top', () => {
    expect(place([0, 5, 10])).toEqual([{ x: 0, y: 38 }, { x: 50, y: 20 }, { x: 100, y: 2 }])
  })
  it('leaves out what is missing and survives all zeros, one value, none', () => {
    expect(place([1, null, 1]).map((p) => p.x)).toEqual([0, 100])
    expect(place([0, 0])).toEqual([{ x: 0, y: 38 }, { x: 100, y: 38 }])
    expect(place([7])).toEqual([{ x: 0, y: 2 }])
    expect(place([])).toEqual([])
  })
})

describe('Sparkline', () => {
  it('dashes the stretch to an incomplete value', () => {
    const { container } = render(<Sparkline values={[1, 2, 3]} label="up" incomplete />)
    expect(screen.getByRole('img', { name: 'up' })).toBeInTheDocument()
    expect(container.querySelector('.weir-spark-open')?.getAttribute('d')).toBe('M50,14L100,2')
  })
  it('draws nothing of nothing', () => {
    const { container } = render(<Sparkline values={[]} label="none" incomplete />)
    expect(container.querySelectorAll('path')).toHaveLength(0)
  })
})
