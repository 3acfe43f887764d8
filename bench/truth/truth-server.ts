/** The C server of known latency: compiled when first needed, on core 0, with what it saw when it is closed. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/kit/free-port.ts'
import { end, startPinned } from '../kit/processes.ts'

/** As on the command line of server.c. */
export type Law =
  | { readonly kind: 'fixed'; readonly ms: number; readonly freezeMs?: number; readonly periodMs?: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly p99Ms: number; readonly seed: number }

/** What the server saw, in the order of its answers. */
export interface ServerTruth {
  /** When each request was read, ms, rising. */
  readonly arrivalsMs: readonly number[]
  /** From read to answered, ms, rising. */
  readonly latenciesMs: readonly number[]
}

export interface TruthServer {
  readonly url: string
  close(): Promise<ServerTruth>
}

export async function startTruthServer(law: Law): Promise<TruthServer> {
  const folder = mkdtempSync(join(tmpdir(), 'proofload-truth-'))
  const program = join(folder, 'server')
  const source = new URL('./server.c', import.meta.url).pathname
  execFileSync('cc', ['-O2', '-o', program, source, '-lm'])
  const log = join(folder, 'log')
  const port = await freePort()
  const child = startPinned({ command: [program, `${port}`, log, ...argumentsOf(law)], cores: '0' })
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      await end(child)
      const lines = readFileSync(log, 'latin1').trim().split('\n')
      rmSync(folder, { recursive: true })
      const pairs = lines.map((line) => line.split(' ').map(Number) as [number, number])
      // The first request is the look at the target before the load.
      const arrivalsNs = pairs
        .map(([readNs]) => readNs)
        .sort((a, b) => a - b)
        .slice(1)
      const [firstNs = 0] = arrivalsNs
      return {
        arrivalsMs: arrivalsNs.map((readNs) => (readNs - firstNs) / 1e6),
        latenciesMs: pairs.map(([, tookNs]) => tookNs / 1e6).sort((a, b) => a - b),
      }
    },
  }
}

function argumentsOf(law: Law): string[] {
  if (law.kind === 'lognormal') return [law.kind, `${law.medianMs}`, `${law.p99Ms}`, `${law.seed}`]
  const { ms, freezeMs = 0, periodMs = 0 } = law
  return [law.kind, `${ms}`, `${freezeMs}`, `${periodMs}`]
}
