/** Journeys as the engine walks them: compiled once per shard by `cluster/compile-program.ts`, then read only. */
import type { VariableLookup } from '../base/template.ts'
import type { RetryPlan, Timeouts } from '../model/plan.ts'
import type { OneExpectation } from '../ports/expectation.ts'
import type { Exchange, TargetDriver } from '../ports/target.ts'

/** Takes variables out of a good answer; null, or what was not found, for people. A value that is not there is unset. */
export type Extractor = (
  exchange: Exchange,
  set: (name: string, value: string | undefined) => void,
) => string | null

/** A request, ready to start. */
export interface RequestOp {
  readonly kind: 'request'
  readonly step: string
  readonly driver: TargetDriver
  readonly request: unknown
  readonly timeouts: Timeouts
  readonly keepAnswer: boolean
  /** The component that it asks; null: it is none. */
  readonly component: string | null
  /** Sets errorKind and errorText of an answer that is not good. */
  readonly judge: AnswerJudge
  /** The expectations by which it judges, each on its own: for trials. */
  readonly expectations: readonly OneExpectation[]
  readonly extract: Extractor | null
  readonly retry: RetryOp | null
  readonly followUps: readonly FollowUp[]
}

/** Judges an answered exchange in place. */
export type AnswerJudge = (exchange: Exchange) => void

export interface RetryOp {
  readonly attempts: number
  /** Indexed by error kind. */
  readonly on: readonly boolean[]
  readonly backoff: RetryPlan['backoff']
}

/** A request that may follow a good answer; `cumulative` is the rising sum of probabilities. */
export interface FollowUp {
  readonly cumulative: number
  /** The column of the escalation counter. */
  readonly column: number
  readonly op: RequestOp
}

export interface ThinkOp {
  readonly kind: 'think'
  readonly minMs: number
  readonly maxMs: number
}

export interface ChoiceOp {
  readonly kind: 'choice'
  readonly cumulativeWeights: readonly number[]
  readonly ops: readonly RequestOp[]
}

/** Tells whether a condition holds, by the variables of an agent. */
export type Condition = (variables: VariableLookup) => boolean

/** The begin of each round of a repeat. */
export interface RoundOp {
  readonly kind: 'round'
  /** The place of its count among the numbers of an agent. */
  readonly slot: number
  /** The most rounds. */
  readonly times: number
  /** There is another one only if it holds; null: always so many. */
  readonly condition: Condition | null
  /** True when the first one depends on it, too. */
  readonly isAskedFirst: boolean
  /** The operation after the last round. */
  readonly exit: number
  /** For whoever tries a scenario. */
  readonly text: string
}

/** Goes on with the next operation if a condition holds, else with another. */
export interface BranchOp {
  readonly kind: 'branch'
  readonly condition: Condition
  readonly otherwise: number
  readonly text: string
}

export interface JumpOp {
  readonly kind: 'jump'
  readonly to: number
}

/** The begin or the end of a group of steps whose time is measured together. */
export interface GroupOp {
  readonly kind: 'group-begin' | 'group-end'
  readonly slot: number
}

/** An operation that takes no time: it decides which is the next one. */
export type FlowOp = RoundOp | BranchOp | JumpOp | GroupOp

/** A pause until so much time has passed since the agent was here the last time. */
export interface PaceOp {
  readonly kind: 'pace'
  /** The place of that instant among those of an agent, over all journeys. */
  readonly slot: number
  readonly everyMs: number
}

/** A pause until so many agents have come here, or a time has passed. */
export interface RendezvousOp {
  readonly kind: 'rendezvous'
  /** Agents of the whole run. */
  readonly agents: number
  readonly timeoutMs: number
}

/** Requests that are under way at once. */
export interface ParallelOp {
  readonly kind: 'parallel'
  readonly ops: readonly RequestOp[]
}

export type Op = RequestOp | ThinkOp | ChoiceOp | PaceOp | ParallelOp | RendezvousOp | FlowOp

/** A journey written as code; resolves when the agent has finished it. */
export type JourneyCode = (context: unknown) => Promise<unknown> | unknown

/** A journey, either of steps or of code. */
export interface JourneyProgram {
  readonly name: string
  readonly ops: readonly Op[]
  readonly code: JourneyCode | null
  /** Null: every step is walked once, in order, and none is more than a request or think time. */
  readonly flow: FlowShape | null
}

/** The numbers that an agent keeps while it walks a journey. */
export interface FlowShape {
  /** The number of repeats. */
  readonly repeats: number
  /** The names of groups by slot. */
  readonly groups: readonly string[]
}

/** The journeys that the agents of a workload walk. */
export interface WalkedJourneys {
  /** Indexes into the journeys of the program. */
  readonly journeys: readonly number[]
  readonly cumulativeWeights: readonly number[]
}

/** Everything that an agent can walk. */
export interface Program {
  readonly journeys: readonly JourneyProgram[]
  /** By workload. */
  readonly walked: readonly WalkedJourneys[]
  /** Walked at the start of every session. */
  readonly login: JourneyProgram | null
  readonly drivers: readonly TargetDriver[]
  /** The places of requests in the scenario, for whoever tries it: `journeys.buy.steps[2]`. */
  readonly places: ReadonlyMap<RequestOp, string>
  /** The number of paces in all journeys. */
  readonly paces: number
}
