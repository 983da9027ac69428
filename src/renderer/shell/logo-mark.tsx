/**
 * Owns the mark of Sluice as drawn in the window: a gate with water passing under it. The icon files are drawn after it.
 */
import type { ReactNode } from 'react'

export function LogoMark({ size }: { readonly size: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="#22706b" />
      <path d="M8 6v12M24 6v12" stroke="#d8ebe9" strokeWidth="2.4" strokeLinecap="round" />
      <rect x="11.2" y="7" width="9.6" height="7.6" rx="1.4" fill="#d8ebe9" />
      <path
        d="M6 20.5c2.2 0 2.2-1.6 4.5-1.6s2.3 1.6 4.5 1.6 2.3-1.6 4.5-1.6 2.3 1.6 4.5 1.6c1.1 0 1.7-.4 2.2-.8"
        fill="none"
        stroke="#82c4be"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <path
        d="M6 25.2c2.2 0 2.2-1.6 4.5-1.6s2.3 1.6 4.5 1.6 2.3-1.6 4.5-1.6 2.3 1.6 4.5 1.6c1.1 0 1.7-.4 2.2-.8"
        fill="none"
        stroke="#5fb3ab"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}
