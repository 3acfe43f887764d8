/** The surroundings of a walker. */
import type { AgentTable } from './agents.ts'
import type { CodeAgents } from './code-agents.ts'
import type { CodeRequests } from './code-requests.ts'
import type { Flow } from './flow.ts'
import type { Program } from './program.ts'
import type { Rendezvous } from './rendezvous.ts'
import type { Requests } from './requests.ts'
import type { TimingWheel } from './timing-wheel.ts'

/** Takes agents back. */
export interface WalkerOwner {
  /** Ends a journey at `atMs`; `completed` is false when a step failed for good. */
  journeyEnded(agent: number, atMs: number, completed: boolean): void
  /** Called once per finished request, before it is recorded. */
  requestEnding(nowMs: number): void
  /** Called once per finished request, after it is recorded: a chance to start work that is due. */
  requestEnded(nowMs: number): void
}

export interface WalkerOptions {
  readonly program: Program
  readonly agents: AgentTable
  readonly wheel: TimingWheel
  readonly requests: Requests
  readonly counters: Float64Array
  readonly owner: WalkerOwner
  /** Runs the journeys that are code; null: there are none. */
  readonly codeAgents: CodeAgents | null
  /** Sends requests of code, and of steps that send several at once; null: there are none. */
  readonly codeRequests: CodeRequests | null
  /** Decides in journeys with repeats and conditions; null: there are none. */
  readonly flow: Flow | null
  /** Lets agents wait for one another; null: none do. */
  readonly rendezvous: Rendezvous | null
}
