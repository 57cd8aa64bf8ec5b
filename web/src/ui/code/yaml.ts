/** Completion and hover in YAML by a JSON Schema, in a worker of our own. */
import { configureMonacoYaml, type MonacoYaml } from 'monaco-yaml'
import { monaco } from './monaco'
import YamlWorker from './yaml.worker.ts?worker'

type Create = typeof monaco.editor.createWebWorker

// monaco-yaml hands its settings over by `createData`, which Monaco no longer passes on: the
// worker is made here and told itself. The first message only wakes it up.
const createWebWorker = ((options: { createData?: unknown; worker?: unknown }) => {
  if (options.worker) return monaco.editor.createWebWorker(options as Parameters<Create>[0])
  const worker = new YamlWorker()
  worker.postMessage('ignore')
  worker.postMessage(options.createData)
  return monaco.editor.createWebWorker({ ...options, worker } as unknown as Parameters<Create>[0])
}) as unknown as Create

let running: MonacoYaml | null = null
const known = new Map<string, Record<string, unknown>>()

/** Use a schema for the models whose address ends in `.<name>.yaml`. */
export function offerYamlSchema(name: string, schema: Record<string, unknown>): void {
  if (known.get(name) === schema) return
  known.set(name, schema)
  const options = {
    enableSchemaRequest: false,
    completion: true,
    hover: true,
    // What is wrong is said by the server, once.
    validate: false,
    format: { enable: false },
    schemas: [...known].map(([each, its]) => ({
      uri: `lakewright://schemas/${each}`,
      fileMatch: [`**/*.${each}.yaml`],
      schema: its,
    })),
  }
  if (running) {
    running.update(options)
    return
  }
  const editor = { ...monaco.editor, createWebWorker }
  running = configureMonacoYaml(
    { ...monaco, editor } as unknown as Parameters<typeof configureMonacoYaml>[0],
    options,
  )
}
