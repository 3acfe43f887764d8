/**
 * Agents that wait for one another. Threads share nothing while load runs, so each lets go of its share of the agents, dealt as agents are,
 * and rounded up: over several threads they go on as several groups, each when it is complete. Whether they were complete is counted as
 * a check.
 */
import type { RunPlan } from '../model/plan.ts'
import { agentsOf } from '../model/plan-load.ts'
import type { Program, RendezvousOp } from './program.ts'
import type { Recorder } from './recorder.ts'

interface Waiting {
  readonly agent: number
  readonly cameMs: number
}

export interface RendezvousOptions {
  readonly program: Program
  readonly plan: Pick<RunPlan, 'workloads'>
  /** The agents of this shard. */
  readonly agents: number
  readonly recorder: Pick<Recorder, 'noteCheck'>
}

/** Lets an agent go on that came at one instant, at another. */
type LetGo = (agent: number, cameMs: number, goMs: number) => void

export class Rendezvous {
  readonly #options: RendezvousOptions
  readonly #onGo: LetGo
  /** Those who wait, in the order in which they came. */
  readonly #waiting = new Map<RendezvousOp, Waiting[]>()

  private constructor(options: RendezvousOptions, onGo: LetGo) {
    this.#options = options
    this.#onGo = onGo
  }

  /** Returns null for a program without any. */
  static of(options: RendezvousOptions, onGo: LetGo): Rendezvous | null {
    const { journeys, login } = options.program
    const hasAny = [...journeys, login].some((journey) =>
      journey?.ops.some(({ kind }) => kind === 'rendezvous'),
    )
    return hasAny ? new Rendezvous(options, onGo) : null
  }

  /** Lets an agent wait; the last one that is needed takes all along. */
  come(agent: number, op: RendezvousOp, atMs: number): void {
    const waiting = this.#waiting.get(op) ?? []
    this.#waiting.set(op, waiting)
    waiting.push({ agent, cameMs: atMs })
    if (waiting.length >= this.#shareOf(op)) this.#letGo(op, waiting.splice(0), atMs, true)
  }

  /** Lets go of those who have waited long enough: each alone, at its own instant. */
  advance(nowMs: number): void {
    for (const [op, waiting] of this.#waiting)
      while (waiting[0] !== undefined && waiting[0].cameMs + op.timeoutMs <= nowMs) {
        const first = waiting.shift() as Waiting
        this.#letGo(op, [first], first.cameMs + op.timeoutMs, false)
      }
  }

  #shareOf({ agents: needed }: RendezvousOp): number {
    const { agents, plan } = this.#options
    return Math.min(agents, Math.ceil((needed * agents) / Math.max(1, agentsOf(plan))))
  }

  #letGo(op: RendezvousOp, all: readonly Waiting[], atMs: number, isComplete: boolean): void {
    const { recorder } = this.#options
    for (const { agent, cameMs } of all) {
      recorder.noteCheck(`rendezvous of ${op.agents}`, isComplete, cameMs)
      this.#onGo(agent, cameMs, Math.max(cameMs, atMs))
    }
  }
}
