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
const NONE: ReadonlySet<string> = new Set()

/** What can be done to models in the list. The list shows it at once and the server agrees after. */
export function useModelActions() {
  const { id: workspaceId } = useWorkspace()
  const client = useQueryClient()
  const lastUndo = useRef<(() => Promise<void>) | null>(null)
  const [canUndo, setCanUndo] = useState(false)
  const [going, setGoing] = useState(NONE)
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

  /** Offered at once: who takes it back while it is still going on waits for the end of it. */
  const offerUndo = useCallback(
    (names: string[], deleted: Promise<readonly Undo[]>) => {
      const undo = async () => {
        if (lastUndo.current !== undo) return
        lastUndo.current = null
        setCanUndo(false)
        toast.dismiss(told)
        await attempt(async () => {
          const undos = await deleted
          for (const each of undos.toReversed()) await each()
          if (undos.length > 0) toast.success(words.restored(undos.length))
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
    async (cards: readonly CardReply[]) => {
      const keys = cards.map(keyOf)
      setGoing((before) => new Set([...before, ...keys]))
      const deleted = deleteAll(workspaceId, cards)
      offerUndo(cards.map(titleOf), deleted)
      await deleted
      await refresh()
      setGoing((before) => new Set([...before].filter((key) => !keys.includes(key))))
    },
    [offerUndo, refresh, workspaceId],
  )

  const undo = useCallback(() => lastUndo.current?.(), [])
  return { rename, duplicate, remove, undo, canUndo, refresh, going }
}

/** One after the other, each a commit on top of the one before. Says what went wrong itself. */
async function deleteAll(workspaceId: string, cards: readonly CardReply[]): Promise<Undo[]> {
  const undos: Undo[] = []
  try {
    for (const card of cards) undos.push(await deleteModel(workspaceId, card))
  } catch (error) {
    tellFailure(error)
  }
  return undos
}
