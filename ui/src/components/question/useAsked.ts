import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { useSettled } from '@/components/useSettled'
import { decode, encode, type Decoded, type View } from '@/query/address'
import type { Kind, Question } from '@/query/types'

type Of<K extends Kind> = Extract<Question, { kind: K }>

export interface AskedState<K extends Kind> {
  question: Of<K>
  view: View
  /** Parts of the address that were not understood. */
  unread: string[]
  setQuestion: (change: (question: Of<K>) => Of<K>) => void
  setView: (key: string, value: string | undefined) => void
}

const SETTLE_MS = 300
/** Edits that follow each other this quickly are one step of the browser's history. */
const ONE_STEP_MS = 1500

/**
 * The question of a page, kept in its address. What is typed changes the state at once and the address
 * a moment later; back, forward and links change the address and with it the state.
 */
export function useAsked<K extends Kind>(kind: K): AskedState<K> {
  const { search } = useLocation()
  const navigate = useNavigate()
  const [state, setState] = useState<Decoded<Of<K>>>(() => decode(kind, search))
  // The address as this page last wrote or read it, in our own spelling: browsers may escape it differently.
  const known = useRef(encode(state))
  const pushed = useRef(0)

  useEffect(() => {
    const read = decode(kind, search)
    const text = encode(read)
    if (text === known.current) return
    known.current = text
    setState(read)
  }, [kind, search])

  const settled = useSettled(state, SETTLE_MS)
  useEffect(() => {
    const text = encode(settled)
    if (text === known.current) return
    known.current = text
    const now = performance.now()
    const replace = now - pushed.current < ONE_STEP_MS
    pushed.current = now
    void navigate({ search: text === '' ? '' : `?${text}` }, { replace, preventScrollReset: true })
  }, [settled, navigate])

  const setQuestion = useCallback((change: (question: Of<K>) => Of<K>) => {
    setState((old) => ({ ...old, question: change(old.question), unread: [] }))
  }, [])
  const setView = useCallback((key: string, value: string | undefined) => {
    setState((old) => {
      const view = { ...old.view }
      if (value === undefined) delete view[key]
      else view[key] = value
      return { ...old, view }
    })
  }, [])
  return useMemo(() => ({ ...state, setQuestion, setView }), [state, setQuestion, setView])
}
