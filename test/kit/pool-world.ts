/**
 * A pool in virtual time: real agents and a real coordinator over a broker with fates, and threads that log every start. Nodes have
 * clocks of their own, stand still, die and are cut off.
 */
import type { Clock } from '../../harness/base/clock.ts'
import { Random } from '../../harness/base/random.ts'
import { PoolDriver } from '../../harness/cluster/coordinator/pool-driver.ts'
import { HostAgent } from '../../harness/cluster/host/host-agent.ts'
import { allocateLease, leaseClock, setLease } from '../../harness/cluster/lease-clock.ts'
import { subjectsOf } from '../../harness/cluster/subjects.ts'
import { type IntervalSnapshot, NO_DISPATCH } from '../../harness/model/interval-snapshot.ts'
import type { HostDrive, HostShare, Spill } from '../../harness/ports/host-drive.ts'
import type { Link } from '../../harness/ports/link.ts'
import { anEnvironment } from './builders.ts'
import { FakeBroker, type Fates } from './fake-link.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from './snapshots.ts'
import { VirtualClock } from './virtual-clock.ts'

export const LEASE_MS = 5_000
/** A thread of the world starts one request a turn. */
const TURN_MS = 50
export const SUBJECTS = subjectsOf('main')

/** A machine: what is due while it stands still is due when it goes on; nothing is due when it is dead. */
export class WorldNode {
  readonly name: string
  readonly clock: Clock
  readonly #world: VirtualClock
  #frozenUntilMs = 0
  isDead = false

  constructor(name: string, world: VirtualClock, offsetMs: number) {
    this.name = name
    this.#world = world
    const guarded = (callback: () => void) => () => this.#whenAwake(callback)
    this.clock = {
      epochMs: offsetMs,
      nowMs: () => world.nowMs(),
      wallMs: () => world.wallMs(),
      after: (delayMs, callback) => world.after(delayMs, guarded(callback)),
      every: (periodMs, callback) => world.every(periodMs, guarded(callback)),
      soon: (callback) => world.soon(guarded(callback)),
    }
  }

  freeze(forMs: number): void {
    this.#frozenUntilMs = this.#world.nowMs() + forMs
  }

  get isAwake(): boolean {
    return !this.isDead && this.#world.nowMs() >= this.#frozenUntilMs
  }

  #whenAwake(callback: () => void): void {
    if (this.isDead) return
    if (this.isAwake) callback()
    else this.#world.after(this.#frozenUntilMs - this.#world.nowMs(), () => this.#whenAwake(callback))
  }
}

export class WorldWorker {
  readonly node: WorldNode
  readonly agent: HostAgent
  readonly starts: number[] = []
  /** When the renewals that were granted had been asked for. */
  readonly grantedMs: number[] = []
  readonly threads = 2
  /** Intervals that were let go. */
  readonly dropped: string[] = []

  constructor(world: PoolWorld, name: string, offsetMs: number) {
    this.node = new WorldNode(name, world.clock, offsetMs)
    this.agent = new HostAgent({
      link: this.#watched(world.broker.link(name)),
      clock: this.node.clock,
      subjects: SUBJECTS,
      hello: {
        ...{ v: 1, worker: name, instance: `${name}-1`, threads: this.threads },
        environment: anEnvironment(),
      },
      drive: this.#drive(world.clock),
      openSpill: () => this.#spill(),
      note: () => undefined,
    })
  }

  get state(): string {
    return this.agent.hello().state
  }

  #watched(link: Link): Link {
    return {
      ...link,
      ask: async (subject, body, timeoutMs) => {
        const sentMs = this.node.clock.nowMs()
        const answer = await link.ask(subject, body, timeoutMs)
        if (body.includes('"kind":"renew"') && answer.includes('"refused":null')) this.grantedMs.push(sentMs)
        return answer
      },
    }
  }

  #spill(): Spill {
    const texts = new Map<number, string>()
    return {
      put: (sequence, text) => texts.set(sequence, text),
      get: (sequence) => texts.get(sequence) ?? '',
      drop: () => this.dropped.push(...texts.values()),
    }
  }

  #drive(world: VirtualClock): HostDrive {
    const { node, starts } = this
    return {
      look: () => Promise.resolve([]),
      load: (share) => {
        const threads = new WorldThreads(share, node, (atMs) => starts.push(atMs), world)
        return Promise.resolve(threads)
      },
    }
  }
}

/** The threads of a worker: one request a turn, counted at once. */
class WorldThreads {
  readonly #share: HostShare
  readonly #node: WorldNode
  readonly #onStart: (atMs: number) => void
  readonly #world: VirtualClock
  readonly #lease
  #isStopped = false
  #count = 0
  #sequence = 0
  #readMs = 0
  #cancels: (() => void)[] = []

  constructor(share: HostShare, node: WorldNode, onStart: (atMs: number) => void, world: VirtualClock) {
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

export class PoolWorld {
  readonly clock = new VirtualClock(1_000)
  readonly random: Random
  readonly broker: FakeBroker
  readonly workers: readonly WorldWorker[]
  readonly coordinator: WorldNode
  readonly notes: string[] = []

  constructor(seed: number, fates?: Fates, workerCount = 3) {
    this.random = new Random(seed, 0)
    this.broker = new FakeBroker(this.clock, this.random, fates)
    this.coordinator = new WorldNode('coordinator', this.clock, 0)
    this.workers = Array.from(
      { length: workerCount },
      (_, i) => new WorldWorker(this, `w${i + 1}`, Math.round(this.random.float() * 7_200_000)),
    )
  }

  driver(node = this.coordinator): PoolDriver {
    return new PoolDriver({
      ...{ link: this.broker.link(node.name), clock: node.clock, subjects: SUBJECTS },
      ...{ workers: this.workers.length, leaseMs: LEASE_MS, environment: anEnvironment() },
      portable: () => Promise.resolve(''),
      note: (message) => this.notes.push(message),
    })
  }

  kill(node: WorldNode): void {
    node.isDead = true
    this.broker.cut(node.name)
  }

  freeze(node: WorldNode, forMs: number): void {
    node.freeze(forMs)
    this.broker.cut(node.name)
    this.clock.after(forMs, () => this.broker.heal(node.name))
  }

  cut(node: WorldNode, forMs: number): void {
    this.broker.cut(node.name)
    this.clock.after(forMs, () => this.broker.heal(node.name))
  }

  stopBroker(forMs: number): void {
    this.broker.isDown = true
    this.clock.after(forMs, () => {
      this.broker.isDown = false
    })
  }

  /** Lets time pass until something is so. @throws Error after that much time */
  async until(holds: () => boolean, withinMs: number): Promise<void> {
    const endMs = this.clock.nowMs() + withinMs
    while (!holds()) {
      if (this.clock.nowMs() > endMs) throw new Error('it never came about')
      await this.clock.advance(100)
    }
  }
}
