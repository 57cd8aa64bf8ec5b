import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

const merge = extendTailwindMerge({
  extend: { classGroups: { 'font-size': [{ text: ['xs', 'sm', 'base', 'lg'] }] } },
})

/** Class names, later ones winning over earlier ones that say the opposite. */
export const cn = (...names: ClassValue[]): string => merge(clsx(names))
