import { useFormat } from '@/lib/useFormat'

/** A thin bar with the share in figures; the bar is for the eye only. */
export function ShareBar({ share }: { share: number | null }) {
  const format = useFormat()
  return (
    <span className="weir-share">
      <span className="weir-share-bar" aria-hidden="true"><i style={{ width: `${(share ?? 0) * 100}%` }} /></span>
      <span className="weir-num">{format.percent(share)}</span>
    </span>
  )
}
