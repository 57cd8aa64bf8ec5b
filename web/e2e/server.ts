/** Starts one real server for the run and stops it afterwards. Playwright calls it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const START_SECONDS = 120
const STOP_SECONDS = 20

/**
 * With LAKEWRIGHT_E2E_URL set, that server is used instead and left running; then
 * LAKEWRIGHT_E2E_LOG names the file with what it prints.
 */
export default async function startServer(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.LAKEWRIGHT_E2E_URL) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'lakewright-e2e-'))
  // As root the database runs as another user, who has to pass through this folder.
  chmodSync(folder, 0o711)
  const log = join(folder, 'server.log')
  const output = openSync(log, 'w')
  const port = await freePort()
  const server = spawn(
    resolve('../.venv/bin/lakewright'),
    ['serve', '--port', String(port), '--demo', '--no-open'],
    {
      env: {
        ...process.env,
        LAKEWRIGHT_DATA: join(folder, 'data'),
        LAKEWRIGHT_KEY_FILE: join(folder, 'keys', 'master.key'),
        LAKEWRIGHT_RATE_LIMIT: '0',
      },
      stdio: ['ignore', output, output],
    },
  )
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    await ended(server)
    closeSync(output)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(server, url)
  } catch (error) {
    const said = readFileSync(log, 'utf8')
    await stop()
    throw new Error(`${error}\n${said}`)
  }
  process.env.LAKEWRIGHT_E2E_URL = url
  process.env.LAKEWRIGHT_E2E_LOG = log
  return stop
}

async function ready(server: ChildProcess, url: string): Promise<void> {
  for (let tries = 0; tries < START_SECONDS * 5; tries += 1) {
    if (server.exitCode !== null) throw new Error('The server ended before it was ready.')
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((go) => setTimeout(go, 200))
  }
  throw new Error('The server does not get ready.')
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const gone = new Promise((go) => server.once('exit', go))
  server.kill('SIGTERM')
  const late = setTimeout(() => server.kill('SIGKILL'), STOP_SECONDS * 1000)
  await gone
  clearTimeout(late)
}

function freePort(): Promise<number> {
  return new Promise((tell, fail) => {
    const asked = createServer()
    asked.once('error', fail)
    asked.listen(0, '127.0.0.1', () => {
      const address = asked.address()
      asked.close(() =>
        address && typeof address === 'object' ? tell(address.port) : fail(new Error('No port.')),
      )
    })
  })
}
