import { Input } from 'antd'
import { useEffect, useState } from 'react'
import { useSettled } from './useSettled'

export interface SearchBoxProps {
  /** What is searched, as placeholder and for screen readers. */
  label: string
  /** The words in force, usually from the address. */
  value: string
  /** Called when typing has paused. */
  onSearch: (words: string) => void
}

/** A search whose words live elsewhere: it follows them, and changes them when typing pauses. */
export function SearchBox({ label, value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value)
  const settled = useSettled(text, 250)
  useEffect(() => {
    if (settled !== value && settled === text) onSearch(settled)
    // Only what was typed may change the words; the words themselves are followed below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled])
  useEffect(() => setText(value), [value])
  return <Input.Search allowClear aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)} style={{ width: 320, maxWidth: '100%' }} />
}
