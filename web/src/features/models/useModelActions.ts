import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { toast } from 'sonner'
import { cardsQuery, createModel, deleteModel, renameModel, type Undo } from '@/api/models'
import type { CardReply } from '@/api/schema.gen'
import { useWorkspace } from '@/api/workspace'
import { freeId } from '@/document/model'
import { texts } from '@/texts'
import { tellFailure } from '@/ui/tellFailure'
import { keyOf, titleOf } from './filters'

const words = texts.models
/** A deletion can be taken back for as long as its message stands there, and then by a key. */
const UNDO_MS = 12_000

/** What can be done to models in the list. The list shows it at once and the server agrees after. */
export function useModelActions() {
  const { id: workspaceId } = useWorkspace()
  const client = useQueryClient()
  const lastUndo = useRef<(() => Promise<void>) | null>(null)
  const [canUndo, setCanUndo] = useState(false)
  const { queryKey } = cardsQuery(workspaceId)

  const refresh = useCallback(
    () => client.invalidateQueries({ queryKey: ['models', workspaceId] }),
    [client, workspaceId],
  )
  const showCards = useCallback(
    (change: (cards: CardReply[]) => CardReply[]) =>
      client.setQueryData(queryKey, (cards) => cards && change(cards)),
    [client, queryKey],
  )

  /** Do it; when it is refused say why, and show what is really there. */
  const attempt = useCallback(
    async (work: () => Promise<void>) => {
      try {
        await work()
      } catch (error) {
        tellFailure(error)
      } finally {
        await refresh()
      }
    },
    [refresh],
  )

  const rename = useCallback(
    (card: CardReply, name: string) =>
      attempt(async () => {
        await client.cancelQueries({ queryKey })
        showCards((cards) =>
          cards.map((one) => (keyOf(one) === keyOf(card) ? { ...one, name } : one)),
        )
        await renameModel(workspaceId, card, name)
      }),
    [attempt, client, queryKey, showCards, workspaceId],
  )

  const duplicate = useCallback(
    (originals: readonly CardReply[], taken: ReadonlySet<string>) =>
      attempt(async () => {
        const ids = new Set(taken)
        for (const card of originals) {
          const id = freeId(`${card.id}_copy`, ids)
          ids.add(id)
          const name = words.copyName(titleOf(card))
          await createModel(workspaceId, { id, name, copyOf: card })
          toast.success(words.duplicated(name))
        }
      }),
    [attempt, workspaceId],
  )

  const offerUndo = useCallback(
    (names: string[], undos: Undo[]) => {
      const undo = async () => {
        if (lastUndo.current !== undo) return
        lastUndo.current = null
        setCanUndo(false)
        toast.dismiss(told)
        await attempt(async () => {
          for (const each of undos.toReversed()) await each()
          toast.success(words.restored(undos.length))
        })
      }
      lastUndo.current = undo
      setCanUndo(true)
      const told = toast(words.deleted(names), {
        duration: UNDO_MS,
        action: { label: words.undo, onClick: undo },
      })
    },
    [attempt],
  )

  const remove = useCallback(
    (gone: readonly CardReply[]) =>
      attempt(async () => {
        await client.cancelQueries({ queryKey })
        const keys = new Set(gone.map(keyOf))
        showCards((cards) => cards.filter((card) => !keys.has(keyOf(card))))
        const undos: Undo[] = []
        const deleted: string[] = []
        try {
          // One after the other: each is a commit on top of the one before.
          for (const card of gone) {
            undos.push(await deleteModel(workspaceId, card))
            deleted.push(titleOf(card))
          }
        } finally {
          if (undos.length > 0) offerUndo(deleted, undos)
        }
      }),
    [attempt, client, offerUndo, queryKey, showCards, workspaceId],
  )

  const undo = useCallback(() => lastUndo.current?.(), [])
  return { rename, duplicate, remove, undo, canUndo, refresh }
}
