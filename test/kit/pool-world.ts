/**
 * A pool in virtual time: real agents and a real coordinator over a broker with fates, and threads that log every start. Nodes have
 * clocks of their own, stand still, die and are cut off.
 */
import type { Clock } from '../../harness/base/clock.ts'
import { Random } from '../../harness/base/random.ts'
import type { OnLost } from '../../harness/cluster/coordinator/held-load.ts'
import { PoolDriver } from '../../harness/cluster/coordinator/pool-driver.ts'
import { HostAgent } from '../../harness/cluster/host/host-agent.ts'
import { subjectsOf } from '../../harness/cluster/subjects.ts'
import type { HostDrive, Spill } from '../../harness/ports/host-drive.ts'
import type { Link } from '../../harness/ports/link.ts'
import { anEnvironment } from './builders.ts'
import { FakeBroker, type Fates } from './fake-link.ts'
import { VirtualClock } from './virtual-clock.ts'
import { WorldThreads } from './world-threads.ts'

export const LEASE_MS = 5_000
export const SUBJECTS = subjectsOf('main')
export const RUN = 'run-1'

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
  /** Intervals that it had to keep. */
  readonly kept: string[] = []
  /** Intervals of which a coordinator said that the log has them, and it had not. */
  readonly brokenPromises: string[] = []
  readonly #world: PoolWorld

  constructor(world: PoolWorld, name: string, offsetMs: number) {
    this.#world = world
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
      onRunOver: () => undefined,
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
        if (body.includes('"kind":"renew"')) this.#promised(answer)
        return answer
      },
    }
  }

  /** What a coordinator says that it has has to be in the log by then. */
  #promised(answer: string): void {
    const { have } = JSON.parse(answer) as { have: number }
    if (have === 0) return
    const log = this.#world.broker.logs.get(SUBJECTS.runLog(RUN))
    // Dropped meanwhile: the run is over.
    if (log === undefined) return
    const logged = new Set(
      log.entries.flatMap(({ body }) => {
        const { sums = [], late = [] } = JSON.parse(body) as Record<
          'sums' | 'late',
          { shard: number; sequence: number }[]
        >
        return [...sums, ...late].map(({ shard, sequence }) => `${shard}.${sequence}`)
      }),
    )
    for (const text of this.kept) {
      const { place, sequence, sum, token } = JSON.parse(text)
      // The log of another attempt: this one was dropped while the answer was under way.
      if (!log.entries.some(({ body }) => body.includes(token))) continue
      const name = `${place}.${sequence}`
      if (sum !== null && sequence < have && !logged.has(name)) this.brokenPromises.push(name)
    }
  }

  #spill(): Spill {
    const texts = new Map<number, string>()
    return {
      put: (sequence, text) => {
        this.kept.push(text)
        return texts.set(sequence, text).size > 0
      },
      isSafe: () => undefined,
      get: (sequence) => texts.get(sequence) ?? '',
      drop: () => this.dropped.push(...texts.values()),
      keep: () => undefined,
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

export class PoolWorld {
  readonly clock = new VirtualClock(1_000)
  readonly random: Random
  readonly broker: FakeBroker
  readonly workers: readonly WorldWorker[]
  readonly coordinator: WorldNode
  readonly notes: string[] = []
  leaseMs = LEASE_MS
  onLost: OnLost = 'abort'
  /** A verdict was published. */
  hasRecord = false

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
      ...{
        workers: this.workers.length,
        leaseMs: this.leaseMs,
        onLost: this.onLost,
        waitMs: 0,
        environment: anEnvironment(),
      },
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
    this.cut(node, forMs)
  }

  cut(node: WorldNode, forMs: number): void {
    this.broker.cut(node.name)
    this.clock.after(forMs, () => {
      if (!node.isDead) this.broker.heal(node.name)
    })
  }

  stopBroker(forMs: number): void {
    this.broker.isDown = true
    this.clock.after(forMs, () => {
      this.broker.isDown = false
    })
  }

  /** The broker stops, and has lost the newest intervals when it is back. */
  failPower(run: string, forMs: number): void {
    this.broker.loseEnd(SUBJECTS.intervalLog(run), this.random.integer(1, 9))
    this.stopBroker(forMs)
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
