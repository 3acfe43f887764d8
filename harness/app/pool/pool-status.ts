/** The members of a pool: asked, not remembered. */

import { askWho } from '../../cluster/coordinator/held-workers.ts'
import { whyNot } from '../../cluster/coordinator/placing.ts'
import type { Hello } from '../../model/cluster/hello.ts'
import type { Host } from '../../ports/host.ts'
import { joinPool, type PoolRef } from './join-pool.ts'

export interface PoolMember extends Pick<Hello, 'worker' | 'instance' | 'state' | 'run' | 'threads'> {
  readonly proofload: string
  readonly node: string
  readonly cores: number
  /** Null: a run could use it now. */
  readonly unusable: string | null
}

/** @param version of this command: workers of another are not used @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE */
export async function poolStatus(
  ref: PoolRef,
  version: string,
  host: Host,
): Promise<{ readonly broker: string; readonly workers: readonly PoolMember[] }> {
  const { link, subjects } = await joinPool(ref, 'status', host)
  try {
    const hellos = await askWho({ link, subjects })
    const workers = hellos.map((hello) => {
      const { worker, instance, state, run, threads, environment } = hello
      const { proofload, node, cores } = environment
      const unusable = whyNot(hello, hellos, { version, node: process.version })
      return { worker, instance, state, run, threads, proofload, node, cores, unusable }
    })
    return { broker: link.broker, workers: workers.sort((a, b) => (a.worker < b.worker ? -1 : 1)) }
  } finally {
    await link.close()
  }
}
