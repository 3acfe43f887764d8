/** A pool of one run on this machine: a broker and workers, which end with it. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { HarnessError } from '../../base/errors.ts'
import { ownFile } from '../../base/own-files.ts'
import { startLocalBroker } from '../../broker/local-broker.ts'
import { askWho } from '../../cluster/coordinator/held-workers.ts'
import type { Host } from '../../ports/host.ts'
import { endProcess } from '../../system/end-process.ts'
import { type JoinedPool, joinPool } from './join-pool.ts'

const POOL = 'local'
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000

export interface LocalPool extends JoinedPool {
  stop(): Promise<void>
}

/** Starts broker and workers and waits until all are there. @throws HarnessError POOL_UNREACHABLE, POOL_TOO_SMALL */
export async function startLocalPool(
  { workers, threads }: { readonly workers: number; readonly threads: number | null },
  host: Host,
): Promise<LocalPool> {
  const { clock, cores } = host
  const broker = await startLocalBroker(clock)
  const on = `${broker.url}/${POOL}`
  // One core is left to the coordinator and the target.
  const each = threads ?? Math.max(1, Math.floor((cores - 1) / workers))
  const children = Array.from({ length: workers }, (_, i) => startWorker(`local-${i + 1}`, each, on, host))
  let joined: JoinedPool | null = null
  const stop = async () => {
    await Promise.all(children.map((child) => endProcess(child, STOP_LIMIT_MS)))
    await joined?.link.close()
    await broker.stop()
  }
  try {
    joined = await joinPool({ on, creds: null }, 'coordinator', host)
    await allThere(joined, workers, children, host)
    return { ...joined, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The address is in its environment: it holds the password of the broker. */
function startWorker(name: string, threads: number, on: string, { env, cwd }: Host): ChildProcess {
  const args = ['worker', '--name', name, '--threads', `${threads}`, '--quiet']
  const main = fileURLToPath(ownFile('cli/main'))
  return fork(main, args, {
    cwd,
    env: { ...env, PROOFLOAD_POOL: on },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

async function allThere(
  joined: JoinedPool,
  workers: number,
  children: readonly ChildProcess[],
  { clock }: Host,
): Promise<void> {
  for (const endMs = clock.nowMs() + START_LIMIT_MS; clock.nowMs() < endMs; ) {
    if (children.some(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)) break
    if ((await askWho(joined)).length >= workers) return
  }
  throw new HarnessError('POOL_TOO_SMALL', `the ${workers} workers of this machine did not all start`, {
    hint: 'See above what they said; try fewer with --workers.',
  })
}
