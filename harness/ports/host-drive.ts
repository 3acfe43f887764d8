/** The contract of what a worker drives load with: its threads. */
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { RunPlan, ShardPlan } from '../model/plan.ts'
import type { RecordInterval } from '../model/record-interval.ts'
import type { LoadEnd } from './load-driver.ts'
import type { PreflightFinding } from './preflight.ts'

/** The share of a worker in a load. */
export interface HostShare {
  readonly runId: string
  readonly plan: RunPlan
  /** The scenario's code as one module that lies nowhere yet; null for none. */
  readonly code: string | null
  /** The shards `first` to `first + count - 1` of `of`. */
  readonly stripe: { readonly first: number; readonly count: number; readonly of: number }
  readonly place: number
  readonly setupValue: unknown
  readonly provisioned: ShardPlan['provisioned']
  readonly correlationId: string
  /** Called once a second, and a last time before it has ended. */
  readonly onSecond: (second: HostSecond) => void
}

/** The counts of the threads of a worker in a second, and the usage of the worker in it. */
export interface HostSecond {
  readonly snapshots: readonly IntervalSnapshot[]
  readonly used: RecordInterval['generator']
}

/** Shards of a worker that are ready. */
export interface HostLoad {
  /** Nothing is started from this machine instant on, until it is moved. -Infinity: nothing any more. */
  leaseUntil(machineMs: number): void
  /** Resolves when everything has ended. */
  start(startMachineMs: number): Promise<LoadEnd>
  stop(mode: 'drain' | 'abort'): void
  /** Lets go of it, running or not. */
  discard(): Promise<void>
}

export interface HostDrive {
  /** Looks at this machine before load. @param share threads of this worker, of all */
  look(
    plan: RunPlan,
    share: { readonly count: number; readonly of: number },
  ): Promise<readonly PreflightFinding[]>
  /** Gets the shards ready. @throws HarnessError */
  load(share: HostShare): Promise<HostLoad>
}

/** Intervals that are kept until they are let go. */
export interface Spill {
  /** Returns false when there is no room for it: then it is kept nowhere. */
  put(sequence: number, text: string): boolean
  get(sequence: number): string
  /** It is safe elsewhere by now: where room is needed, it makes way first. */
  isSafe(sequence: number): void
  /** Forgets everything. Safe to repeat. */
  drop(): void
  /** Takes no more; what is there stays for whoever collects it. */
  keep(): void
}
