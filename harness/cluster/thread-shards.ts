/**
 * Runs the shards of a plan on worker threads: one long task per thread, started together, read once per interval,
 * stopped by a state in shared memory. A thread that dies is detected and accounted for: what it had recorded is in shared
 * memory and stays in the record.
 */

import { Piscina } from 'piscina'
import { type CancelTimer, type Clock, sleep } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import { interrupted, unlessStopped } from '../base/stop-request.ts'
import { allocateTakenRows } from '../engine/feeder.ts'
import { LOOP_STALL_MS } from '../model/generator-limits.ts'
import { hasCode } from '../model/plan.ts'
import type { LoadDriver, LoadEnd, LoadToDrive, RunningLoad, ShardEnd } from '../ports/load-driver.ts'
import { shortPauses } from '../system/short-pauses.ts'
import { workerOptions } from '../system/worker-thread.ts'
import type { LeaseMemory } from './lease-clock.ts'
import { allocateLedgers } from './ledgers.ts'
import { countersOf } from './placed-calls.ts'
import { CONTROL } from './shard-protocol.ts'
import { STUCK_AFTER_MS, ThreadShard } from './thread-shard.ts'

const INTERVAL_MS = 1000
/** The time between the start command and run start, so that every thread has received it. */
const START_LEAD_MS = 50
/** The time that a shard may take beyond the end and the drain before its thread is terminated. */
const OVERTIME_MS = 5000
const READY_LIMIT_MS = 30_000

/** The shards of a load that threads of this process are: `first` to `first + count - 1` of `of`. */
export interface Stripe {
  readonly first: number
  readonly count: number
  readonly of: number
}

/** Shards whose threads are ready. */
export interface ReadyShards {
  /** @param startMachineMs run start on the machine's monotonic clock */
  start(startMachineMs: number): RunningLoad
  /** Ends the threads of a load that never began. */
  discard(): Promise<void>
}

/** Threads of this process. */
export const threadDriver: LoadDriver = {
  hold: ({ threads }) => Promise.resolve({ threads, begun: null }),
  look: () => Promise.resolve([]),
  close: () => Promise.resolve(),
  async start(load) {
    const { clock, threads } = load
    const ready = await readyShards(load, { first: 0, count: threads, of: threads }, null)
    return ready.start(clock.nowMs() + START_LEAD_MS + clock.epochMs)
  },
}

/** Gets the threads of a stripe ready. @param lease null: they need none @throws HarnessError SCENARIO_LOAD_FAILED, INTERRUPTED */
export async function readyShards(
  load: LoadToDrive,
  { first, count, of }: Stripe,
  lease: LeaseMemory | null,
): Promise<ReadyShards> {
  const { clock, giveUp, plan } = load
  if (giveUp.aborted) throw interrupted('before the threads were started')
  const worker = workerOptions(ownFile('cluster/shard-worker'))
  const resourceLimits = shortPauses(!hasCode(plan))
  const pool = new Piscina({ ...worker, minThreads: count, maxThreads: count, resourceLimits })
  const shared = {
    takenRows: allocateTakenRows(Object.keys(plan.feeders).length + (countersOf(plan)?.length ?? 0)),
    ledgers: allocateLedgers(plan, of),
    lease,
  }
  const shards = Array.from({ length: count }, (_, i) => new ThreadShard(load, first + i, shared, pool))
  try {
    await unlessStopped(giveUp, 'while the threads started', () => readyWithin(shards, clock))
  } catch (error) {
    await pool.destroy()
    throw error
  }
  return {
    discard: () => pool.destroy(),
    start(startMachineMs) {
      for (const shard of shards) shard.start(startMachineMs)
      const run = new ShardRun(load, shards, startMachineMs - clock.epochMs)
      return {
        stop: (mode) => run.stop(mode),
        renewSecret: (name, value) => {
          for (const shard of shards) shard.renewSecret(name, value)
        },
        ended: run.ended().finally(() => pool.destroy()),
      }
    },
  }
}

async function readyWithin(shards: readonly ThreadShard[], clock: Clock): Promise<void> {
  let cancel: CancelTimer = () => undefined
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(READY_LIMIT_MS, () =>
      reject(
        new HarnessError('SCENARIO_TIMEOUT', `the threads were not ready within ${READY_LIMIT_MS / 1000} s`, {
          hint: 'The scenario module takes too long to load; move slow work into setup.',
        }),
      ),
    )
  })
  try {
    await Promise.race([Promise.all(shards.map((shard) => shard.ready)), late])
  } finally {
    cancel()
  }
}

/** The coordinator's loop over the life of a run. */
class ShardRun {
  readonly #request: LoadToDrive
  readonly #shards: readonly ThreadShard[]
  readonly #startMs: number
  #loadEndMs: number
  #lastLookMs: number
  /** The total time that the coordinator stood still. */
  #extraMs = 0
  #cancel: CancelTimer = () => undefined

  constructor(request: LoadToDrive, shards: readonly ThreadShard[], startMs: number) {
    this.#request = request
    this.#shards = shards
    this.#startMs = startMs
    this.#loadEndMs = startMs + request.plan.durationMs
    this.#lastLookMs = startMs
  }

  stop(mode: 'drain' | 'abort'): void {
    this.#loadEndMs = Math.min(this.#loadEndMs, this.#request.clock.nowMs())
    for (const shard of this.#shards) shard.want(mode === 'drain' ? CONTROL.drain : CONTROL.abort)
  }

  async ended(): Promise<LoadEnd> {
    const { clock, plan } = this.#request
    let nextReadMs = this.#startMs + INTERVAL_MS
    await new Promise<void>((resolve) => {
      this.#cancel = clock.every(50, () => {
        const nowMs = clock.nowMs()
        if (nowMs >= nextReadMs) {
          nextReadMs += INTERVAL_MS * Math.max(1, Math.ceil((nowMs - nextReadMs) / INTERVAL_MS))
          this.#read(nowMs)
        }
        this.#endStuck(nowMs, this.#loadEndMs + plan.drainMs + OVERTIME_MS)
        if (this.#shards.every((shard) => shard.end !== null)) resolve()
      })
    })
    this.#cancel()
    // Memory announced just before a shard ended is still in the queue of its port.
    await sleep(clock, 20)
    this.#read(clock.nowMs())
    return {
      shards: this.#shards.map((shard) => shard.end as ShardEnd),
      hosts: null,
      // Whole microseconds: the difference of two instants has digits that were not measured.
      loadMs: Math.max(
        0,
        Math.round(Math.min(this.#spentMs(), this.#loadEndMs - this.#startMs) * 1000) / 1000,
      ),
    }
  }

  /** Returns when the last shard had no iterations left, ms since run start; Infinity where the time ended one. */
  #spentMs(): number {
    return Math.max(...this.#shards.map(({ spentMs }) => spentMs ?? Number.POSITIVE_INFINITY))
  }

  #read(nowMs: number): void {
    const snapshots = this.#shards.map((shard) => shard.reader.take(nowMs - this.#startMs))
    this.#request.onSecond({ snapshots, isWhole: true, late: [], used: null, hosts: null })
  }

  #endStuck(nowMs: number, deadlineMs: number): void {
    // Work that was paused with the coordinator (a suspended machine) gets its time back.
    const awayMs = nowMs - this.#lastLookMs
    this.#lastLookMs = nowMs
    const wasAway = awayMs >= LOOP_STALL_MS
    if (wasAway) this.#extraMs += awayMs
    for (const shard of this.#shards) {
      const stuck = nowMs > this.#startMs && shard.isStuck(nowMs, wasAway)
      if (nowMs > deadlineMs + this.#extraMs)
        shard.kill('its thread did not end after the drain and was ended')
      else if (stuck)
        shard.kill(
          `its loop stood still for ${STUCK_AFTER_MS / 1000} s (code that never yields?) and the thread was ended`,
        )
    }
  }
}
