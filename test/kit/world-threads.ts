/** The threads of a worker in virtual time, which log every start. */
import type { Clock } from '../../harness/base/clock.ts'
import { allocateLease, leaseClock, setLease } from '../../harness/cluster/lease-clock.ts'
import { type IntervalSnapshot, NO_DISPATCH } from '../../harness/model/interval-snapshot.ts'
import type { HostShare } from '../../harness/ports/host-drive.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from './snapshots.ts'

/** A thread of the world starts one request a turn. */
const TURN_MS = 50

/** The threads of a worker: one request a turn, counted at once. */
export class WorldThreads {
  readonly #share: HostShare
  readonly #node: { readonly clock: Clock }
  readonly #onStart: (atMs: number) => void
  readonly #world: Pick<Clock, 'nowMs'>
  readonly #lease
  #isStopped = false
  #count = 0
  #sequence = 0
  #readMs = 0
  #cancels: (() => void)[] = []

  constructor(
    share: HostShare,
    node: { readonly clock: Clock },
    onStart: (atMs: number) => void,
    world: Pick<Clock, 'nowMs'>,
  ) {
    this.#share = share
    this.#node = node
    this.#onStart = onStart
    this.#world = world
    this.#lease = allocateLease(node.clock)
  }

  leaseUntil(machineMs: number): void {
    setLease(this.#lease, machineMs)
  }

  stop(): void {
    this.#isStopped = true
  }

  discard(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    return Promise.resolve()
  }

  async start(startMachineMs: number) {
    const { clock } = this.#node
    const startMs = startMachineMs - clock.epochMs
    const { durationMs } = this.#share.plan
    const looking = leaseClock(clock, this.#lease, () => this.stop())
    let loadEndMs = startMs + durationMs
    await new Promise<void>((resolve) => {
      this.#cancels.push(
        looking.every(TURN_MS, () => {
          const nowMs = clock.nowMs()
          if (nowMs < startMs) return
          if (this.#isStopped || nowMs >= startMs + durationMs) {
            loadEndMs = Math.min(loadEndMs, nowMs)
            return resolve()
          }
          this.#count++
          this.#onStart(this.#world.nowMs())
        }),
        clock.every(250, () => {
          if (clock.nowMs() - startMs >= this.#readMs + 1_000) this.#read(clock.nowMs() - startMs)
        }),
      )
    })
    for (const cancel of this.#cancels) cancel()
    this.#read(clock.nowMs() - startMs)
    const { first, count } = this.#share.stripe
    const shards = Array.from({ length: count }, (_, i) => ({
      ...{ shard: first + i, status: 'finished' as const, message: null },
    }))
    return { shards, hosts: null, loadMs: Math.max(0, loadEndMs - startMs) }
  }

  #read(nowMs: number): void {
    const { runId, onSecond } = this.#share
    const started = this.#count
    this.#count = 0
    const snapshot: IntervalSnapshot = aSnapshot({
      ...{ runId, sequence: this.#sequence++, startMs: this.#readMs, endMs: nowMs },
      steps: [aStep({ started, ok: started })],
      cells: started === 0 ? [] : [aCell([100 + (nowMs % 50), started])],
      dispatch: { ...NO_DISPATCH, planned: started, started },
    })
    this.#readMs = nowMs
    onSecond({ snapshots: [snapshot], used: RESOURCES.generator })
  }
}
