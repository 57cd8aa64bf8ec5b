/** The colours of notes and groups: hues that the app has already, under plain names. */
const HUES: Readonly<Record<string, string>> = {
  teal: 'var(--source)',
  blue: 'var(--transformation)',
  violet: 'var(--destination)',
  pink: 'var(--control)',
  brown: 'var(--unity_catalog)',
}

export const COLOURS = ['', ...Object.keys(HUES)] as const
export const hue = (name: string): string => HUES[name] ?? 'var(--job_and_compute)'
