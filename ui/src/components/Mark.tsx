/** The product's mark: three steps of water over a line. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false" className="weir-mark">
      <rect width="32" height="32" rx="7" fill="var(--weir-mark-ground, #0f766e)" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M5 8h5q3 0 3 3v.5q0 3 3 3h1.500q3 0 3 3v.5q0 3 3 3H27" />
        <path d="M5 26h22" strokeOpacity=".7" />
      </g>
    </svg>
  )
}
