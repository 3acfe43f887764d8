/** The lanes of a driver: each does one call at a time, calls wait in order, and a lane that hangs is replaced. */
import type { Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { Fifo } from '../fifo.ts'
import { Lane, type LaneEvents, type LaneSettings } from './lane.ts'
import type { LaneAnswer } from './lane-protocol.ts'

/** The work of a lane. */
export interface LaneCall {
  /** The instant at which it asked for a lane. */
  readonly askedMs: number
  /** Called when a lane is given the message. @param startingMs the time for which it waited for a lane to start */
  handed(startingMs: number): void
  readonly message: Buffer
  answered(answer: LaneAnswer, bytes: Buffer): void
  /** There will be no answer. @param isHopeless no lane can be had at all */
  failed(why: string, isHopeless: boolean): void
}

export interface LanePoolSettings extends LaneSettings {
  readonly lanes: number
}

export class LanePool {
  readonly #settings: LanePoolSettings
  readonly #clock: Clock
  /** With what they do; null = nothing. A lane that is starting is not among them. */
  readonly #lanes = new Map<Lane, LaneCall | null>()
  readonly #starting = new Set<Lane>()
  readonly #idle: Lane[] = []
  /** Killed, and not gone yet: the system holds them in a call. */
  readonly #hanging = new Set<Lane>()
  readonly #waiting = new Fifo<LaneCall>()
  #onReady: (() => void)[] = []
  #failure: string | null = null
  #isClosed = false

  constructor(settings: LanePoolSettings, clock: Clock) {
    this.#settings = settings
    this.#clock = clock
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** Starts every lane. @throws HarnessError TARGET_UNREACHABLE when one cannot be started */
  async ready(): Promise<void> {
    this.#fill()
    while (this.#starting.size > 0)
      await new Promise<void>((resolve) => {
        this.#onReady.push(resolve)
      })
    if (this.#failure !== null)
      throw new HarnessError('TARGET_UNREACHABLE', `no lane can be started: ${this.#failure}`, {
        hint: 'root has to be a folder of a mounted file system that this user may enter.',
      })
  }

  /** Gives the call to a lane, now or when one is free. It is answered or fails later, never in here. */
  run(call: LaneCall): void {
    this.#waiting.push(call)
    this.#fill()
    this.#serve()
  }

  /** Takes back a call that has not been handed out; false when it has. */
  withdraw(call: LaneCall): boolean {
    return this.#waiting.remove(call)
  }

  /** Declares the lane of a call lost and starts another one. */
  lose(call: LaneCall): void {
    for (const [lane, current] of this.#lanes) {
      if (current !== call) continue
      this.#lanes.delete(lane)
      this.#hanging.add(lane)
      lane.kill()
    }
    this.#fill()
    this.#failIfHopeless()
  }

  close(): void {
    this.#isClosed = true
    for (const lane of [...this.#lanes.keys(), ...this.#starting]) lane.kill()
    this.#lanes.clear()
    this.#starting.clear()
    this.#idle.length = 0
  }

  readonly #events: LaneEvents = {
    ready: (lane) => {
      this.#starting.delete(lane)
      this.#lanes.set(lane, null)
      this.#idle.push(lane)
      this.#wake()
      this.#serve()
    },
    answered: (lane, answer, bytes) => {
      const call = this.#lanes.get(lane) ?? null
      if (call === null) return
      this.#lanes.set(lane, null)
      this.#idle.push(lane)
      call.answered(answer, bytes)
      this.#serve()
    },
    gone: (lane, why) => this.#forget(lane, why),
  }

  /** Starts lanes up to their number; hanging ones may be as many again, for each is a process that stays. */
  #fill(): void {
    const { lanes } = this.#settings
    if (this.#isClosed || this.#failure !== null) return
    while (this.#lanes.size + this.#starting.size < lanes && this.#all < 2 * lanes)
      this.#starting.add(new Lane(this.#settings, this.#clock, this.#events))
  }

  get #all(): number {
    return this.#lanes.size + this.#starting.size + this.#hanging.size
  }

  #serve(): void {
    while (this.#idle.length > 0 && this.#waiting.size > 0) {
      const lane = this.#idle.pop() as Lane
      const call = this.#waiting.shift() as LaneCall
      this.#lanes.set(lane, call)
      call.handed(this.#startingMs(lane, call))
      lane.send(call.message)
    }
    this.#failIfHopeless()
  }

  /** The part of a call's wait in which its lane was being started. */
  #startingMs(lane: Lane, { askedMs }: LaneCall): number {
    if (lane.hasServed) return 0
    lane.hasServed = true
    return Math.max(0, lane.readyMs - Math.max(askedMs, lane.spawnedMs))
  }

  #forget(lane: Lane, why: string): void {
    if (this.#hanging.delete(lane)) return this.#fill()
    const call = this.#lanes.get(lane) ?? null
    const wasStarting = this.#starting.delete(lane)
    const wasThere = this.#lanes.delete(lane)
    const at = this.#idle.indexOf(lane)
    if (at !== -1) this.#idle.splice(at, 1)
    if (wasStarting) this.#failure = why
    call?.failed(`its lane is gone: ${why}`, false)
    if (wasThere) this.#fill()
    this.#wake()
    this.#failIfHopeless()
  }

  /** No lane is there and none will come: whoever waits is told, from a turn of its own. */
  #failIfHopeless(): void {
    if (this.#lanes.size + this.#starting.size > 0 || this.#waiting.size === 0) return
    const why =
      this.#failure ??
      `${this.#hanging.size} lanes hang in a call of the file system, and no more are started`
    const calls = this.#waiting.takeAll()
    this.#clock.soon(() => {
      for (const call of calls) call.failed(why, true)
    })
  }

  #wake(): void {
    const waiters = this.#onReady
    this.#onReady = []
    for (const resume of waiters) resume()
  }
}
