import { useState } from 'react'

/**
 * A text that a person types, of a value that lives elsewhere. What is half-typed stays here;
 * whenever the value becomes another one than was typed (undo), the text follows it.
 */
export function useTyped<T>(
  value: T,
  show: (value: T) => string,
): [string, (text: string, value: T) => void] {
  const [typed, setTyped] = useState({ text: show(value), value })
  if (!same(typed.value, value)) {
    const followed = { text: show(value), value }
    setTyped(followed)
    return [followed.text, (text, next) => setTyped({ text, value: next })]
  }
  return [typed.text, (text, next) => setTyped({ text, value: next })]
}

const same = (one: unknown, other: unknown) =>
  one === other || JSON.stringify(one) === JSON.stringify(other)
