/** The messages between a coordinator and its shard threads: plain data; control is a state in shared memory. */
import type { MessagePort } from 'node:worker_threads'
import type { RenewableSecrets } from '../base/renewed-secrets.ts'
import type { MemoryAnnouncement } from '../engine/memory-announcement.ts'
import type { SnapshotSource } from '../engine/snapshot-reader.ts'
import type { ShardPlan } from '../model/plan.ts'
import type { TrialEvent } from '../model/tried-request.ts'
import type { LeaseMemory } from './lease-clock.ts'
import type { Ledgers } from './ledgers.ts'

/** The task of one shard. */
export interface ShardTask {
  readonly plan: ShardPlan
  /** Shared counters (`engine/shard-memory.ts`). */
  readonly counters: SharedArrayBuffer
  /** Those of the workloads that have names. */
  readonly workloads: SnapshotSource['workloads']
  /** A shared `Int32Array`; see `CONTROL`. */
  readonly control: SharedArrayBuffer
  /** By all shards: the rows taken from each feeder, in the order of the plan (`engine/feeder.ts`), then the numbers of each counter. */
  readonly takenRows: SharedArrayBuffer
  readonly ledgers: Ledgers
  readonly port: MessagePort
  /** No load is started beyond its end; null on one machine. */
  readonly lease: LeaseMemory | null
  /** Values by name; the shard renews them in its copy. */
  readonly secrets: RenewableSecrets
  /** Every request is told of, one by one. */
  readonly isTrial: boolean
}

/** The values of cell 0 of the control memory: the state that the shard should be in. Only ever grows. */
export const CONTROL = { run: 0, drain: 1, abort: 2 } as const

export type FromShard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'memory'; readonly announcement: MemoryAnnouncement }
  | { readonly kind: 'code-error'; readonly message: string }
  /** The number of iterations has ended the load of the shard, ms since run start. */
  | { readonly kind: 'spent'; readonly atMs: number }
  | { readonly kind: 'tried'; readonly event: TrialEvent }

/** Sent once every shard is ready. */
export interface StartShard {
  readonly kind: 'start'
  /** The instant of run start on the machine's monotonic clock, ms (`Clock.epochMs`). */
  readonly startMachineMs: number
}

/** Sent when a secret has a new value. */
export interface RenewSecret {
  readonly kind: 'secret'
  readonly name: string
  readonly value: string
}

export type ToShard = StartShard | RenewSecret
