import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Campaign } from '@/api/types'
import { useStore } from './api'
import { changeOf, type Draft } from './draft'

export type SaveState = 'new' | 'saved' | 'unsaved' | 'saving' | 'failed'

export interface DraftHandle {
  draft: Draft
  change: (part: Partial<Draft>) => void
  /** The campaign as the server has it; undefined until the first save. */
  stored: Campaign | undefined
  state: SaveState
  error: Error | null
  /** Stores what is not stored yet; false when that failed. */
  flush: () => Promise<Campaign | undefined>
}

const settleMs = 700

/**
 * Keeps a draft and stores it a moment after the last edit. Saves never overlap: what changes during one
 * is stored by the next, so an older answer cannot overtake a newer one.
 */
export function useDraft(start: Draft, campaign: Campaign | undefined, eager: boolean): DraftHandle {
  const { t } = useTranslation('campaigns')
  const store = useStore()
  const [draft, setDraft] = useState(start)
  const [stored, setStored] = useState(campaign)
  const [state, setState] = useState<SaveState>(campaign ? 'saved' : 'new')
  const [error, setError] = useState<Error | null>(null)
  const latest = useRef(start)
  const written = useRef(eager ? null : start)
  const id = useRef(campaign?.id)
  const result = useRef(campaign)
  const under = useRef<Promise<Campaign | undefined> | null>(null)
  const untitled = t('untitled')

  const save = async (): Promise<Campaign | undefined> => {
    while (written.current !== latest.current) {
      const now = latest.current
      setState('saving')
      try {
        const saved = await store(id.current, changeOf(now, untitled))
        id.current = saved.id
        result.current = saved
        written.current = now
        setStored(saved)
        setError(null)
        setState(latest.current === now ? 'saved' : 'unsaved')
      } catch (cause) {
        setError(cause instanceof Error ? cause : new Error(String(cause)))
        setState('failed')
        return undefined
      }
    }
    return result.current
  }
  const run = useRef(save)
  useEffect(() => {
    run.current = save
  })
  const flush = useCallback(() => {
    under.current ??= run.current().finally(() => {
      under.current = null
    })
    return under.current
  }, [])

  const change = useCallback((part: Partial<Draft>) => {
    latest.current = { ...latest.current, ...part }
    setDraft(latest.current)
    setState((old) => (old === 'saving' ? old : 'unsaved'))
  }, [])

  useEffect(() => {
    if (written.current === draft) return
    const timer = setTimeout(() => void flush(), settleMs)
    return () => clearTimeout(timer)
  }, [draft, flush])
  // Whoever leaves within the moment before a save keeps the last words all the same.
  useEffect(() => () => {
    if (written.current !== latest.current) void flush()
  }, [flush])

  return { draft, change, stored, state, error, flush }
}
