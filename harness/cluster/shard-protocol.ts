/** What a coordinator and its shard threads say to each other: plain data, control as state. */
import type { MessagePort } from 'node:worker_threads'
import type { MemoryAnnouncement } from '../engine/memory-announcement.ts'
import type { ShardPlan } from '../model/plan.ts'

/** One shard's task. */
export interface ShardTask {
  readonly plan: ShardPlan
  /** Shared counters (`engine/shard-memory.ts`). */
  readonly counters: SharedArrayBuffer
  /** Shared `Int32Array`; see `CONTROL`. */
  readonly control: SharedArrayBuffer
  readonly port: MessagePort
  readonly secrets: Readonly<Record<string, string>>
}

/** Cell 0 of the control memory: what the shard should be doing. Only ever grows. */
export const CONTROL = { run: 0, drain: 1, abort: 2 } as const

export type FromShard =
  | { readonly kind: 'ready' }
  | { readonly kind: 'memory'; readonly announcement: MemoryAnnouncement }
  | { readonly kind: 'code-error'; readonly message: string }

/** Sent once every shard is ready. */
export interface StartShard {
  /** Instant of run start on the machine's monotonic clock, ms (`Clock.epochMs`). */
  readonly startMachineMs: number
}
