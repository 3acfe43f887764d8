import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CancelTimer, type Clock, createSystemClock } from '../../harness/base/clock.ts'
import type { Faults } from '../../harness/targets/sandbox/faults.ts'
import type { SandboxOptions } from '../../harness/targets/sandbox/launch-protocol.ts'
import { type SandboxServer, startSandboxServer } from '../../harness/targets/sandbox/server.ts'
import type { TruthDocument } from '../../harness/targets/sandbox/truth.ts'

/** One whole answer as a client saw it. */
export interface Visit {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly body: string
  readonly elapsedMs: number
}

/** A folder that is gone after the body. */
export async function withScratch<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proofload-test-'))
  try {
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A sandbox in this process that is closed after the body. */
export function withSandbox(
  options: Partial<SandboxOptions>,
  body: (server: SandboxServer) => Promise<void>,
): Promise<void> {
  return withScratch(async (scratchDir) => {
    const defaults = { port: 0, seed: 1, faults: {}, scratchDir }
    const { clock, cancelAll } = aClockWithAnEnd()
    const server = await startSandboxServer({ ...defaults, ...options }, clock)
    try {
      await body(server)
    } finally {
      await server.close()
      // An operation may take a minute.
      cancelAll()
    }
  })
}

/** The machine's clock, of which all timers can be ended. */
function aClockWithAnEnd(): { readonly clock: Clock; cancelAll(): void } {
  const clock = createSystemClock()
  const pending = new Set<CancelTimer>()
  return {
    clock: {
      ...clock,
      after(delayMs, callback) {
        const cancel = clock.after(delayMs, () => {
          pending.delete(cancel)
          callback()
        })
        pending.add(cancel)
        return cancel
      },
    },
    cancelAll: () => {
      for (const cancel of pending) cancel()
    },
  }
}

/** Sends one request on a connection of its own; rejects with the system's error when it gets no whole answer. */
export function visit(url: string, method = 'GET', requestBody = ''): Promise<Visit> {
  const startMs = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          header: (name) => response.headers[name]?.toString(),
          body: Buffer.concat(chunks).toString(),
          elapsedMs: performance.now() - startMs,
        }),
      )
    })
    sent.on('error', reject)
    sent.end(requestBody)
  })
}

/** The sandbox's truth. */
export async function truthOf(url: string): Promise<TruthDocument> {
  return JSON.parse((await visit(`${url}/__truth`)).body) as TruthDocument
}

/** Puts faults in force. */
export function putFaults(url: string, faults: Faults): Promise<Visit> {
  return visit(`${url}/__faults`, 'PUT', JSON.stringify(faults))
}

/** `{ policy: 12.3 }`: milliseconds of a Server-Timing header. */
export function componentsMsOf(answer: Visit): Record<string, number> {
  const parts = (answer.header('server-timing') ?? '').split(', ').filter((part) => part !== '')
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', value = ''] = part.split(';dur=')
      return [name, Number(value)]
    }),
  )
}
