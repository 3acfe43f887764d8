/** The sender of the load of a run: threads of this process, or the workers of a pool. */
import type { OnLost } from '../../cluster/coordinator/held-load.ts'
import { threadDriver } from '../../cluster/thread-shards.ts'
import type { Host } from '../../ports/host.ts'
import type { LoadDriver } from '../../ports/load-driver.ts'
import type { PoolRef } from '../pool/join-pool.ts'
import { describeEnvironment } from './environment.ts'

/** The workers that a run asks for. */
export interface PoolRequest extends PoolRef {
  /** Null: all that are there. */
  readonly workers: number | null
  /** The longest load without a living coordinator. */
  readonly leaseMs: number
  readonly onLost: OnLost
  /** The time for which workers are waited for. */
  readonly waitMs: number
  /** The threads of each, as asked for; null: as many as each offers. */
  readonly threads: number | null
}

/** `--on local`: broker and workers are started on this machine. */
export const LOCAL_POOL = 'local'
const LOCAL_WORKERS = 2

/** A driver for as long as the context of a run lasts. */
export interface OpenDriver {
  readonly driver: LoadDriver
  close(): Promise<void>
}

const NOTHING_TO_CLOSE = () => Promise.resolve()

/** @throws HarnessError USAGE, POOL_NOT_SAFE, POOL_UNREACHABLE, POOL_TOO_SMALL */
export async function openDriver(
  pool: PoolRequest | null,
  host: Host,
  note: (message: string) => void,
): Promise<OpenDriver> {
  if (pool === null) return { driver: threadDriver, close: NOTHING_TO_CLOSE }
  const { workers, leaseMs, onLost, waitMs } = pool
  const [{ PoolDriver }, { portableModule }, joined] = await Promise.all([
    import('../../cluster/coordinator/pool-driver.ts'),
    import('../../scenario/portable-module.ts'),
    join(pool, host),
  ])
  const driver = new PoolDriver({
    ...{ link: joined.link, subjects: joined.subjects, clock: host.clock, workers, leaseMs, note },
    ...{ onLost, waitMs },
    environment: describeEnvironment(host.env),
    portable: portableModule,
  })
  return { driver, close: () => driver.close().finally(joined.stop) }
}

async function join(pool: PoolRequest, host: Host) {
  if (pool.on === LOCAL_POOL) {
    const { startLocalPool } = await import('../pool/local-pool.ts')
    return startLocalPool({ workers: pool.workers ?? LOCAL_WORKERS, threads: pool.threads }, host)
  }
  const { joinPool } = await import('../pool/join-pool.ts')
  const joined = await joinPool(pool, 'coordinator', host)
  return { ...joined, stop: () => joined.link.close() }
}
