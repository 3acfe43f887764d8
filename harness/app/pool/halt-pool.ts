/** The end of all load of a pool, told to every worker: a coordinator that hangs cannot keep load going. */
import { sleep } from '../../base/clock.ts'
import { askWho } from '../../cluster/coordinator/held-workers.ts'
import type { Halt } from '../../model/cluster/uplink.ts'
import type { Host } from '../../ports/host.ts'
import { joinPool, type PoolRef } from './join-pool.ts'

const TIMES = 3
const PAUSE_MS = 200

/** Workers after they were told to end their load. */
export interface HaltedPool {
  readonly workers: number
  /** Names of those that are not idle yet: they drain, or deliver what they have counted. */
  readonly busy: readonly string[]
}

/** @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE */
export async function haltPool(ref: PoolRef, halt: Halt, host: Host): Promise<HaltedPool> {
  const { link, subjects } = await joinPool(ref, 'coordinator', host)
  try {
    // It is told again, for nobody answers to it.
    for (let time = 0; time < TIMES; time++) {
      link.tell(subjects.halt, JSON.stringify(halt))
      await sleep(host.clock, PAUSE_MS)
    }
    const hellos = await askWho({ link, subjects })
    const busy = hellos.flatMap(({ worker, state }) => (state === 'idle' ? [] : [worker]))
    return { workers: hellos.length, busy: busy.sort() }
  } finally {
    await link.close()
  }
}
