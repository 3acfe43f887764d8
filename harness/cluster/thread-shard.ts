import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { HarnessError, messageOf } from '../base/errors.ts'
import { allocateShardCounters } from '../engine/shard-memory.ts'
import { SnapshotReader } from '../engine/snapshot-reader.ts'
import { regionNames } from '../model/plan-load.ts'
import type { LoadToDrive, ShardEnd } from '../ports/load-driver.ts'
import { escalationKindsOf } from './compile-program.ts'
import type { FromShard, ShardTask, ToShard } from './shard-protocol.ts'
import { allocateWorkloads } from './workload-shares.ts'

/** The time without a turn of its loop after which a shard is stuck. */
export const STUCK_AFTER_MS = 5000

/** Memory that all shards of a process share. */
export type SharedByShards = Pick<ShardTask, 'takenRows' | 'ledgers' | 'lease'>

/** One thread and its memory. */
export class ThreadShard {
  readonly reader: SnapshotReader
  readonly ready: Promise<void>
  readonly #shard: number
  readonly #port: MessagePort
  readonly #control: Int32Array
  readonly #kill = new AbortController()
  #end: ShardEnd | null = null
  readonly #onTried: LoadToDrive['onTried']
  #codeError: string | null = null
  #spentMs: number | null = null
  #heartbeat = -1
  #heartbeatMs = 0

  constructor(request: LoadToDrive, shard: number, shared: SharedByShards, pool: Piscina) {
    const { plan, runId, module, setupValue, correlationId, threads, provisioned } = request
    const escalationKinds = escalationKindsOf(plan)
    const regions = regionNames(plan)
    const counters = allocateShardCounters(escalationKinds.length, regions.length)
    const workloads = allocateWorkloads(plan)
    const control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    const { port1, port2 } = new MessageChannel()
    this.#shard = shard
    this.#onTried = request.onTried
    this.#port = port1
    this.#control = new Int32Array(control)
    this.reader = new SnapshotReader(
      { runId, shard, epoch: 0, escalationKinds, regions, workloads },
      counters,
    )
    for (const [target, memory] of shared.ledgers) {
      const buffer = memory.counters[shard] as SharedArrayBuffer
      this.reader.add({ kind: 'messages', target, buffer })
    }
    const task: ShardTask = {
      plan: { runId, plan, module, shard, shardCount: threads, setupValue, correlationId, provisioned },
      counters,
      workloads,
      control,
      ...shared,
      port: port2,
      secrets: request.secrets,
      isTrial: request.onTried !== undefined,
    }
    const finished = pool.run(task, { name: 'runShard', transferList: [port2], signal: this.#kill.signal })
    this.ready = new Promise((resolve, reject) => {
      port1.on('message', (message: FromShard) => this.#onMessage(message, resolve))
      finished.then(
        () => this.#ended('finished', null),
        (error) => {
          this.#ended('lost', messageOf(error))
          reject(setupFailure(error))
        },
      )
    })
  }

  get end(): ShardEnd | null {
    return this.#end
  }

  /** The instant at which the number of its iterations ended its load, ms since run start; null: it did not. */
  get spentMs(): number | null {
    return this.#spentMs
  }

  start(startMachineMs: number): void {
    this.#send({ kind: 'start', startMachineMs })
  }

  renewSecret(name: string, value: string): void {
    this.#send({ kind: 'secret', name, value })
  }

  want(mode: number): void {
    Atomics.store(this.#control, 0, mode)
  }

  /**
   * Returns true when the loop has stood still too long. @param wasAway true when the coordinator itself stood still until now
   */
  isStuck(nowMs: number, wasAway: boolean): boolean {
    if (wasAway || this.reader.heartbeat !== this.#heartbeat) {
      this.#heartbeat = this.reader.heartbeat
      this.#heartbeatMs = nowMs
    }
    return this.#end === null && nowMs - this.#heartbeatMs > STUCK_AFTER_MS
  }

  /** Ends the thread, whatever it is doing. */
  kill(message: string): void {
    if (this.#end !== null) return
    this.#ended('stuck', message)
    this.#kill.abort()
  }

  #send(message: ToShard): void {
    this.#port.postMessage(message)
  }

  #onMessage(message: FromShard, ready: () => void): void {
    if (message.kind === 'ready') ready()
    else if (message.kind === 'memory') this.reader.add(message.announcement)
    else if (message.kind === 'spent') this.#spentMs = message.atMs
    else if (message.kind === 'tried') this.#onTried?.(message.event)
    else this.#codeError ??= message.message
  }

  #ended(status: ShardEnd['status'], message: string | null): void {
    this.#end ??= { shard: this.#shard, status, message: message ?? this.#codeError }
    this.#port.unref()
  }
}

function setupFailure(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error
  return new HarnessError('SCENARIO_LOAD_FAILED', `a shard could not be set up: ${messageOf(error)}`, {
    cause: error,
    hint: 'Run `proofload check` on the scenario.',
  })
}
