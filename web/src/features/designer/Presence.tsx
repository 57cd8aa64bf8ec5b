import { useEffect } from 'react'
import { usePresence } from '@/api/presence'
import { useWorkspace } from '@/api/workspace'
import { isDirty } from '@/document/store'
import { useDocument } from '@/document/useDocument'
import { rememberOpened } from '@/lib/lastOpened'
import { EditingWarning, PresenceAvatars } from '@/ui/presence'
import { TopBarSlot } from '@/ui/topBar'
import { useDesignerView } from './view'

/** Who else has this model open, and a line above the drawing before two change it. */
export function Presence() {
  const { id: workspaceId } = useWorkspace()
  const path = useDocument((open) => open.path, null)
  const model = useDocument((open) => open.modelId, '')
  const editing = useDocument((open) => open.readOnly === null && isDirty(open), false)
  const node = useDesignerView((state) => (state.nodes.size === 1 ? [...state.nodes][0] : ''))
  const others = usePresence({ workspaceId, path, editing, node })
  useEffect(() => {
    if (model) rememberOpened(workspaceId, model)
  }, [workspaceId, model])
  return (
    <>
      <TopBarSlot place="presence">
        <PresenceAvatars others={others} />
      </TopBarSlot>
      <EditingWarning others={others} />
    </>
  )
}
