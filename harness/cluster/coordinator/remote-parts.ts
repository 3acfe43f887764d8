import type { ClosedSecond } from '../../ports/load-driver.ts'
import type { PoolAccess } from './held-workers.ts'
import type { RunLogs } from './run-logs.ts'

/** A worker on its place. */
export interface PlacedWorker {
  readonly place: number
  readonly worker: string
  readonly instance: string
  readonly token: string
}

export interface RemoteParts extends PoolAccess {
  readonly run: string
  readonly leaseMs: number
  readonly logs: RunLogs
  readonly workers: readonly PlacedWorker[]
  readonly measuredPhases: ReadonlySet<string>
  readonly onSecond: (second: ClosedSecond) => void
  /** A worker sends no more, and nobody asked it to end. */
  readonly onLoss: (worker: string, why: string, atMs: number) => void
  readonly note: (message: string) => void
}
