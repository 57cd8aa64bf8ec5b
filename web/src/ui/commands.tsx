import { useEffect, useId } from 'react'
import { tinykeys } from 'tinykeys'
import { create } from 'zustand'

/** Something that a person can ask for by name (Ctrl+K), and by keys when it has some. */
export interface Command {
  /** Stable, `noun.verb`. */
  id: string
  label: string
  /** Heading in the palette and in the list of keys. */
  section: string
  /** Such as `mod+shift+z`; `mod` is Ctrl, or Cmd on a Mac. */
  keys?: string
  /** Other words that find it. */
  words?: string
  /** Why it cannot be done now; shown instead of doing it. */
  disabled?: string
  /** Also while the focus is in a text field. Keys with `mod` always are. */
  whileTyping?: boolean
  /** Whether the keys mean this command where the focus is. Otherwise they stay the page's. */
  when?: (target: EventTarget | null) => boolean
  /** The browser answers the keys with an event of its own (copy, cut, paste): only listed. */
  native?: boolean
  /** Not listed in the palette: arrows, Escape. */
  hidden?: boolean
  run: () => void
}

interface Registry {
  owners: Record<string, readonly Command[]>
}

const useRegistry = create<Registry>(() => ({ owners: {} }))

/** Offer commands for as long as the component is on the page. Later owners win a key. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId()
  useEffect(() => {
    useRegistry.setState(({ owners }) => ({ owners: { ...owners, [owner]: commands } }))
    return () =>
      useRegistry.setState(({ owners }) => {
        const { [owner]: _, ...others } = owners
        return { owners: others }
      })
  }, [owner, commands])
}

/** All commands there are now, the newest owner's last. */
export function useAllCommands(): Command[] {
  const owners = useRegistry((state) => state.owners)
  return Object.values(owners).flat()
}

/** Listen for the keys of all commands. Once, in the shell. */
export function useCommandKeys(): void {
  const owners = useRegistry((state) => state.owners)
  useEffect(() => {
    const byKeys = new Map<string, Command[]>()
    for (const command of Object.values(owners).flat()) {
      if (!command.keys || command.native) continue
      const keys = forTinykeys(command.keys)
      byKeys.set(keys, [command, ...(byKeys.get(keys) ?? [])])
    }
    const bindings: Record<string, (event: KeyboardEvent) => void> = {}
    for (const [keys, commands] of byKeys)
      bindings[keys] = (event) => {
        if (event.defaultPrevented) return
        const command = commands.find((one) => means(one, event.target))
        if (!command) return
        event.preventDefault()
        if (!command.disabled) command.run()
      }
    return tinykeys(window, bindings, { ignore: () => false })
  }, [owners])
}

/** Whether a command is meant when its keys are pressed with the focus there. */
function means(command: Command, target: EventTarget | null): boolean {
  if (command.when && !command.when(target)) return false
  if (command.whileTyping) return true
  if (isTyping(target) && !command.keys?.includes('mod+')) return false
  // An editor has its own idea of undo, copy and find.
  return !isCodeEditor(target) && !isModal()
}

/** `mod+shift+z` -> `$mod+Shift+KeyZ`: letters by their place, since Shift and Alt change them. */
export function forTinykeys(keys: string): string {
  return keys
    .split('+')
    .map((key) => {
      if (key === 'mod') return '$mod'
      if (/^[a-z]$/.test(key)) return `Key${key.toUpperCase()}`
      if (/^[0-9]$/.test(key)) return `Digit${key}`
      if (/^(shift|alt|enter|escape|delete|backspace|tab|home|end)$/.test(key))
        return key[0]?.toUpperCase() + key.slice(1)
      if (/^(up|down|left|right)$/.test(key)) return `Arrow${key[0]?.toUpperCase()}${key.slice(1)}`
      return key === '?' ? 'Shift+?' : key
    })
    .join('+')
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

const isCodeEditor = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('.monaco-editor') !== null

// One that is on its way out is no longer in front: keys pressed while it fades are not lost.
const isModal = () =>
  document.querySelector(
    '[role="dialog"]:not([data-closed]),[role="alertdialog"]:not([data-closed])',
  ) !== null
