export interface SparklineProps {
  values: (number | null)[]
  /** What a listener hears instead of the picture. */
  label: string
  /** The last value's time has not ended: its stretch is dashed. */
  incomplete?: boolean
  height?: number
}

/** A small line without axes: the shape of a figure over time. */
export function Sparkline({ values, label, incomplete = false, height = 44 }: SparklineProps) {
  const points = place(values)
  const solid = incomplete ? points.slice(0, -1) : points
  const last = points.at(-1)
  const tail = incomplete && solid.length > 0 && last ? [solid[solid.length - 1] as Point, last] : []
  return (
    <svg className="weir-spark" role="img" aria-label={label} viewBox="0 0 100 40" preserveAspectRatio="none" width="100%" height={height}>
      {solid.length > 1 && <path className="weir-spark-area" d={`${path(solid)}L${solid[solid.length - 1]?.x ?? 0},40L${solid[0]?.x ?? 0},40Z`} />}
      {solid.length > 1 && <path className="weir-spark-line" d={path(solid)} />}
      {tail.length > 0 && <path className="weir-spark-line weir-spark-open" d={path(tail)} />}
    </svg>
  )
}

interface Point {
  x: number
  y: number
}

/** The points in a box of 100 × 40, the lowest at 38 and the highest at 2; what is missing is left out. */
export function place(values: (number | null)[]): Point[] {
  const known = values.filter((value): value is number => value !== null)
  const high = Math.max(...known, 0)
  const low = Math.min(...known, 0)
  const span = high - low || 1
  const step = values.length > 1 ? 100 / (values.length - 1) : 0
  return values.flatMap((value, index) => (value === null ? [] : [{ x: round(index * step), y: round(38 - ((value - low) / span) * 36) }]))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function path(points: Point[]): string {
  return `M${points.map((point) => `${point.x},${point.y}`).join('L')}`
}
