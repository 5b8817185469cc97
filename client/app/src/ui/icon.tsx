// Lucide at the house's stroke and sizes: 14 in cards, 16 in text, 20 in sheets.
import type { LucideIcon } from 'lucide-react'

const sizes = { s: 'ic s', m: 'ic', l: 'ic l', xl: 'ic xl' } as const

export function Icon({ of: Glyph, size = 'm' }: { of: LucideIcon; size?: keyof typeof sizes }) {
  return <Glyph className={sizes[size]} strokeWidth={1.5} aria-hidden="true" />
}

export function Logo({ size = 30 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
    >
      <path d="M3 24.5h23" strokeWidth="1.8" />
      <path d="M8 24V17M13.5 24V7.5M19 24V14M24 24v-4" strokeWidth="2.8" />
      <circle cx="28" cy="24.5" r="2.6" fill="var(--pulse)" stroke="none" />
    </svg>
  )
}
