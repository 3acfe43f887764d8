/** Journeys as the engine walks them: compiled once per shard by `cluster/compile-program.ts`, then only read. */
import type { RetryPlan, Timeouts } from '../model/step-plan.ts'
import type { Exchange, TargetDriver } from '../ports/target.ts'

/** Takes variables out of a good answer. */
export type Extractor = (exchange: Exchange, set: (name: string, value: string) => void) => void

/** A request, ready to start. */
export interface RequestOp {
  readonly kind: 'request'
  readonly step: string
  readonly driver: TargetDriver
  readonly request: unknown
  readonly timeouts: Timeouts
  readonly keepAnswer: boolean
  /** Sets errorKind and errorText of an answer that is not good. */
  readonly judge: AnswerJudge
  readonly extract: Extractor | null
  readonly retry: RetryOp | null
  readonly followUps: readonly FollowUp[]
}

/** Judges an answered exchange in place. */
export type AnswerJudge = (exchange: Exchange) => void

export interface RetryOp {
  readonly attempts: number
  /** By index of error kind. */
  readonly on: readonly boolean[]
  readonly backoff: RetryPlan['backoff']
}

/** Another request that a good answer may lead to; `cumulative` is the rising sum of probabilities. */
export interface FollowUp {
  readonly cumulative: number
  /** Column of the escalation counter. */
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

export type Op = RequestOp | ThinkOp | ChoiceOp

/** A journey as code; resolves when the agent is through. */
export type JourneyCode = (context: unknown) => Promise<unknown> | unknown

/** Either steps or code. */
export interface JourneyProgram {
  readonly name: string
  readonly ops: readonly Op[]
  readonly code: JourneyCode | null
}

/** Everything an agent can walk. */
export interface Program {
  readonly journeys: readonly JourneyProgram[]
  readonly cumulativeWeights: readonly number[]
  /** Walked at the start of every session. */
  readonly login: JourneyProgram | null
  readonly drivers: readonly TargetDriver[]
}
