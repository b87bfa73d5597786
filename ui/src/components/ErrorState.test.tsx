import { render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '@/api/request'
import { i18next } from '@/i18n'
import { ErrorState, errorText } from './ErrorState'

const taken = new ApiError('conflict', 'a project with that name exists', 409)

describe('an error', () => {
  afterEach(() => i18next.changeLanguage('en'))

  it('is the server’s own sentence in English', () => {
    render(<ErrorState error={taken} />)
    expect(screen.getByRole('alert')).toHaveTextContent('a project with that name exists')
    expect(errorText(taken, i18next.t)).toBe('a project with that name exists')
  })

  it('is a Chinese sentence with the server’s beneath it in Chinese', async () => {
    await i18next.changeLanguage('zh')
    render(<ErrorState error={taken} />)
    expect(screen.getByText('当前状态不允许这样做，或名称已被占用。')).toBeVisible()
    expect(screen.getByText('a project with that name exists')).toBeVisible()
  })

  it.each(['not_found', 'denied', 'invalid', 'conflict', 'too_large', 'busy', 'unavailable'])('has a Chinese sentence for %s', async (kind) => {
    await i18next.changeLanguage('zh')
    const text = errorText(new ApiError(kind, 'the server said', 400), i18next.t)
    expect(text).toMatch(/^[^a-zA-Z]+（the server said）$/)
    expect(errorText(new ApiError(kind, '', 400), i18next.t)).not.toContain('errors.')
  })
})
