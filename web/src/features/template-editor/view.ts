/** What a person looks at and tries: not part of the template. */

import { create } from 'zustand'

export const DRAWERS = ['preview', 'problems', 'combinations', 'compare'] as const
export type Drawer = (typeof DRAWERS)[number]
export const RIGHTS = ['variables', 'variations', 'values', 'about'] as const
export type Right = (typeof RIGHTS)[number]

interface View {
  drawer: Drawer
  right: Right
  middle: 'source' | 'yaml'
  /** Asks the editor to go to a line; a new object asks again. */
  line: { line: number; column?: number } | null
  /** Asks for a variable's row to be open. */
  variable: string | null
  /** Variation -> switched on in the preview; others are as declared. */
  variations: Readonly<Record<string, boolean>>
  /** Variable -> value that somebody typed; others have their samples. */
  values: Readonly<Record<string, unknown>>
}

const FIRST: View = {
  drawer: 'preview',
  right: 'variables',
  middle: 'source',
  line: null,
  variable: null,
  variations: {},
  values: {},
}

export const useView = create<View>(() => FIRST)

const nameOf = (workspaceId: string, path: string) => `lakewright.template.${workspaceId}.${path}`

/** Begin with what was tried with this template before, on this machine. */
export function restoreTried(workspaceId: string, path: string): void {
  let tried: Partial<View> = {}
  try {
    tried = JSON.parse(localStorage.getItem(nameOf(workspaceId, path)) ?? '{}') as Partial<View>
  } catch {
    // Somebody wrote something else there: begin anew.
  }
  useView.setState({
    ...FIRST,
    variations: tried.variations ?? {},
    values: tried.values ?? {},
  })
}

export function keepTried(workspaceId: string, path: string): void {
  const { variations, values } = useView.getState()
  try {
    localStorage.setItem(nameOf(workspaceId, path), JSON.stringify({ variations, values }))
  } catch {
    // Full or switched off: it is remembered until the page closes.
  }
}

export const view = {
  show: (drawer: Drawer) => useView.setState({ drawer }),
  goTo: (line: number, column?: number) =>
    useView.setState({ middle: 'source', line: { line, column } }),
  goToFile: (line: number) => useView.setState({ middle: 'yaml', line: { line } }),
  switch: (id: string, on: boolean) =>
    useView.setState(({ variations }) => ({ variations: { ...variations, [id]: on } })),
  setValue(name: string, value: unknown) {
    useView.setState(({ values }) => {
      const { [name]: _, ...others } = values
      return { values: value === undefined ? others : { ...others, [name]: value } }
    })
  },
}
