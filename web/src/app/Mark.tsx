import type { ComponentProps } from 'react'

/** The sign of the product: an L of two nodes, and the lake. */
export function Mark(props: ComponentProps<'svg'>) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" {...props}>
      <rect width="32" height="32" rx="7" fill="#4650c9" />
      <g fill="none" strokeLinecap="round">
        <path d="M8 8v13.5h8" stroke="#fff" strokeWidth="2.6" strokeLinejoin="round" />
        <path d="M13 13.5c2-1.8 4-1.8 6 0s4 1.8 6 0" stroke="#9fe3da" strokeWidth="2.4" />
      </g>
      <circle cx="8" cy="8" r="2.6" fill="#fff" />
      <circle cx="21.5" cy="21.5" r="3.4" fill="#9fe3da" />
    </svg>
  )
}
