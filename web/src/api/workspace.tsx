import { createContext, type ReactNode, useContext } from 'react'

export interface Workspace {
  id: string
  slug: string
  name: string
  role: 'viewer' | 'editor' | 'admin'
  /** Archived workspaces can be read, and nothing in them changed. */
  archived: boolean
  /** Set on a phone: why nothing is changed there. */
  narrow?: string
}

const Context = createContext<Workspace | null>(null)

export function WorkspaceProvider({ value, children }: { value: Workspace; children: ReactNode }) {
  return <Context value={value}>{children}</Context>
}

/** The workspace that the address names. */
export function useWorkspace(): Workspace {
  const found = useContext(Context)
  if (!found) throw new Error('useWorkspace needs a page inside a workspace.')
  return found
}

/** Why the person may not change anything here; null when they may. */
export function whyReadOnly(workspace: Workspace): string | null {
  if (workspace.archived) return 'The workspace is archived. An admin can bring it back.'
  if (workspace.role === 'viewer')
    return 'You are a viewer of this workspace. Ask an admin for the role of editor.'
  return workspace.narrow ?? null
}
