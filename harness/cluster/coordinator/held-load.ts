/** A load for which workers are held. */
import type { ClockDistance } from '../../model/cluster/orders.ts'
import type { Environment } from '../../model/run-record.ts'
import type { RunToDrive } from '../../ports/load-driver.ts'
import type { Blobs } from '../blobs.ts'
import type { EarlierLoad } from './earlier-load.ts'
import type { HeldWorkers, PoolAccess } from './held-workers.ts'
import type { RemoteLoad } from './remote-load.ts'
import type { RunLogs } from './run-logs.ts'

/** The consequence of the loss of a worker. `degrade`: the others go on with their own shares. */
export type OnLost = 'abort' | 'degrade'

export interface PoolParts extends PoolAccess {
  /** Null: all that are there. */
  readonly workers: number | null
  readonly leaseMs: number
  readonly onLost: OnLost
  /** The time for which workers that are missing or busy are waited for. */
  readonly waitMs: number
  /** The environment of this process: workers have to be of the same version. */
  readonly environment: Environment
  /** Makes the text of a scenario's code that runs on any host. @throws HarnessError SCENARIO_NOT_PORTABLE */
  readonly portable: (path: string) => Promise<string>
  readonly note: (message: string) => void
}

/** The workers of one load and what they are told. */
export interface Held {
  readonly logs: RunLogs
  readonly workers: HeldWorkers
  readonly blobs: Blobs
  readonly threads: number
  readonly load: RemoteLoad
  readonly tokens: readonly string[]
  readonly unlisten: () => void
  /** Null: it has not begun. */
  readonly earlier: EarlierLoad | null
  /** In the order of the places; none before they are known. */
  clocks: readonly ClockDistance[]
  order: Pick<RunToDrive, 'onSecond' | 'onLoss'> | null
}
