import { toast } from 'sonner'
import { fetchFile } from '@/api/client'
import { documentActions, documentStore, isTextStale } from '@/document/store'
import { download } from '@/lib/download'
import { texts } from '@/texts'

const t = texts.designer.canvas
export type ExportForm = keyof typeof t.exportAs

/** Hand the model to the person as a file, as it is drawn now. */
export async function exportAs(form: ExportForm): Promise<void> {
  try {
    const before = documentStore.getState().open
    if (before && isTextStale(before)) await documentActions.settle()
    const open = documentStore.getState().open
    if (!open) return
    const name = open.modelId || 'model'
    if (form === 'yaml') {
      download(`${name}.yaml`, open.text, 'application/yaml')
      return
    }
    const answer = await fetchFile(`/api/v1/workspaces/${open.workspaceId}/models-picture`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        text: open.text,
        model_id: open.modelId,
        format: form === 'mermaid' ? 'mermaid' : 'svg',
        theme: document.documentElement.classList.contains('dark') ? 'dark' : 'light',
      }),
    })
    const text = await answer.text()
    if (form === 'mermaid') download(`${name}.mmd`, text)
    else if (form === 'svg') download(`${name}.svg`, text, 'image/svg+xml')
    else download(`${name}.png`, await pngOf(text), 'image/png')
  } catch (error) {
    toast.error(t.exportFailed, {
      description: error instanceof Error ? error.message : String(error),
    })
  }
}

const DENSITY = 2
const MOST_PIXELS = 16_000

async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const density = Math.min(DENSITY, MOST_PIXELS / Math.max(image.width, image.height, 1))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(image.width * density))
    canvas.height = Math.max(1, Math.round(image.height * density))
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done, failed) =>
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error(t.exportFailed)))),
    )
  } finally {
    URL.revokeObjectURL(url)
  }
}
