import { Select } from 'antd'
import { useMemo } from 'react'

/** All IANA zones of this browser, with their offset now, the nearest to Greenwich in no special place: sorted by name. */
function zones(): { value: string; label: string }[] {
  const names = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  const known = new Set(['UTC', browserZone(), ...names])
  return [...known].sort().map((zone) => ({ value: zone, label: `${zone} (${offset(zone)})` }))
}

function offset(zone: string): string {
  const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(new Date()).find((p) => p.type === 'timeZoneName')
  const text = (part?.value ?? '').replace('GMT', 'UTC')
  return text === 'UTC' ? 'UTC+00:00' : text
}

/** The zone this browser is in. */
export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
}

export interface TimezoneSelectProps {
  id?: string
  value?: string
  onChange?: (zone: string) => void
  disabled?: boolean
}

export function TimezoneSelect(props: TimezoneSelectProps) {
  const options = useMemo(zones, [])
  return <Select {...props} showSearch={{ optionFilterProp: 'label' }} options={options} />
}
