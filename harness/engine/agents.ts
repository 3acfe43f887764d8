/**
 * Agents as rows of typed arrays: an idle agent is a few numbers, reset and reused, never allocated while load
 * runs. Random draws are addressed by (seed, agent key, draw number), so the draws of an agent do not depend on its thread.
 */
import { keyOf, uniformAt } from '../base/random.ts'
import type { MsRange, RegionPlan } from '../model/plan.ts'

/** The agents of one workload in a shard. */
export interface AgentShare {
  readonly slots: number
  readonly regions: readonly RegionPlan[]
}

interface PlacedShare extends AgentShare {
  /** The place of its first region. */
  readonly firstPlace: number
}

/** The action of an agent when its waiting time ends. */
export const WAKE_SESSION = 0
export const WAKE_ITERATION = 1
export const WAKE_STEP = 2
export const WAKE_RETRY = 3
export const WAKE_CODE = 4
/** Begins the first journey of an agent that the curve has just added. */
export const WAKE_FIRST = 5

/** A number of journeys that no run can reach: a million a second for an hour. */
export const ENDLESS = 4_000_000_000

/** The state of every agent of a shard, by slot. Written by the walker and the dispatcher only. */
export class AgentTable {
  readonly #seed: number
  readonly #key: Int32Array
  readonly #draws: Uint32Array
  /** The index of its place: the regions of each workload in turn, and a workload without regions as one. */
  readonly #place: Uint16Array
  /** By place. */
  readonly #networkDelayMs: readonly number[]
  readonly #shares: readonly PlacedShare[]
  /** The index of its workload, for good. */
  readonly workload: Uint8Array
  /** The action at the next wake-up, one of `WAKE_*`. */
  readonly wake: Uint8Array
  /** The journey of the current iteration; -1 = login. */
  readonly journey: Int16Array
  readonly step: Uint16Array
  /** The alternative taken at the current choice step. */
  readonly choice: Uint16Array
  /** The follow-up in progress at the current step, or -1. */
  readonly followUp: Int8Array
  /** The number of attempts of the current request. */
  readonly attempt: Uint16Array
  /** The intended start of the first attempt of the current request, where it may have several. */
  readonly firstIntendedMs: Float64Array
  /** The number of requests begun, other attempts of one not counted: the address of what templates draw. */
  readonly requests: Uint32Array
  /** The number of iterations begun, for feeders and `{{agent.iteration}}`. */
  readonly iteration: Uint32Array
  /** The number of journeys left in the session; `ENDLESS` for agents that never leave. */
  readonly journeysLeft: Uint32Array
  /** The intended start of the current iteration. */
  readonly intendedMs: Float64Array
  /** 1 once the journey has paused for think time or before another attempt. */
  readonly paused: Uint8Array
  /** 1 when the journey's last request got no answer, or its code threw. */
  readonly unanswered: Uint8Array
  /** The number of consecutive back-offs since the last answer. */
  readonly failures: Uint8Array
  /** The number of consecutive failed logins. */
  readonly failedLogins: Uint8Array
  readonly active: Uint8Array

  /** @param shares of the workloads, whose slots follow one another */
  constructor(seed: number, shares: readonly AgentShare[]) {
    const agents = shares.reduce((sum, { slots }) => sum + slots, 0)
    const delaysMs = shares.map(({ regions }) =>
      regions.length === 0 ? [0] : regions.map(({ networkDelayMs }) => networkDelayMs),
    )
    this.#seed = seed | 0
    this.#networkDelayMs = delaysMs.flat()
    this.#shares = shares.map((share, i) => ({ ...share, firstPlace: delaysMs.slice(0, i).flat().length }))
    this.workload = Uint8Array.from(shares.flatMap(({ slots }, i) => Array<number>(slots).fill(i)))
    this.#place = Uint16Array.from(this.workload, (i) => this.#shares[i]?.firstPlace as number)
    this.#key = new Int32Array(agents)
    this.#draws = new Uint32Array(agents)
    this.wake = new Uint8Array(agents)
    this.journey = new Int16Array(agents)
    this.step = new Uint16Array(agents)
    this.choice = new Uint16Array(agents)
    this.followUp = new Int8Array(agents)
    this.attempt = new Uint16Array(agents)
    this.firstIntendedMs = new Float64Array(agents)
    this.requests = new Uint32Array(agents)
    this.iteration = new Uint32Array(agents)
    this.journeysLeft = new Uint32Array(agents)
    this.intendedMs = new Float64Array(agents)
    this.paused = new Uint8Array(agents)
    this.unanswered = new Uint8Array(agents)
    this.failures = new Uint8Array(agents)
    this.failedLogins = new Uint8Array(agents)
    this.active = new Uint8Array(agents)
  }

  get size(): number {
    return this.active.length
  }

  /** Gives a slot an identity: the global agent id (closed) or the arrival number (open). Chooses its region. */
  assume(agent: number, identity: number): void {
    const key = (identity ^ AGENT_STREAM) | 0
    // Whoever comes back goes on, or would send the same values again.
    if (key !== this.#key[agent]) this.requests[agent] = 0
    this.#key[agent] = key
    this.#draws[agent] = 0
    this.iteration[agent] = 0
    this.failures[agent] = 0
    this.failedLogins[agent] = 0
    const { regions, firstPlace } = this.#shares[this.workload[agent] as number] as PlacedShare
    if (regions.length > 0) this.#place[agent] = firstPlace + regionAt(regions, this.draw(agent))
  }

  /** Returns the identity given by `assume`. */
  identity(agent: number): number {
    return ((this.#key[agent] as number) ^ AGENT_STREAM) >>> 0
  }

  /** Returns the agent's next uniform draw in [0, 1). */
  draw(agent: number): number {
    const index = this.#draws[agent] as number
    this.#draws[agent] = index + 1
    return uniformAt(this.#seed, this.#key[agent] as number, index)
  }

  drawMs(agent: number, range: MsRange): number {
    return range.minMs === range.maxMs
      ? range.minMs
      : range.minMs + this.draw(agent) * (range.maxMs - range.minMs)
  }

  /** Returns the index of its place, as `placesOf` numbers them. */
  place(agent: number): number {
    return this.#place[agent] as number
  }

  networkDelayMs(agent: number): number {
    return this.#networkDelayMs[this.#place[agent] as number] as number
  }
}

function regionAt(regions: readonly RegionPlan[], draw: number): number {
  let left = draw * regions.reduce((sum, region) => sum + region.weight, 0)
  const found = regions.findIndex(({ weight }) => {
    left -= weight
    return left < 0
  })
  return found === -1 ? regions.length - 1 : found
}

const AGENT_STREAM = keyOf('agent') | 0
