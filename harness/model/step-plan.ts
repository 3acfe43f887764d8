/** Journeys and their steps, resolved. Requests stay in the format of their target. */
import type { MsRange } from './workload-plan.ts'

/** Milliseconds after which each phase of a request gives up. */
export interface Timeouts {
  readonly connectMs: number
  readonly firstByteMs: number
  readonly totalMs: number
}

/** The longest a request waits that says nothing else; a run too short for them has shorter ones (`longestWaitMs`). */
export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 5_000, firstByteMs: 10_000, totalMs: 60_000 }

/** The user's own behaviour on failure: try again after a growing pause. */
export interface RetryPlan {
  /** Attempts in all, the first included. */
  readonly attempts: number
  /** Error kinds worth another try. */
  readonly on: readonly string[]
  readonly backoff: {
    readonly baseMs: number
    readonly factor: number
    readonly maxMs: number
    readonly jitterRatio: number
  }
}

/** How long an agent waits after a login that failed; doubled from one to the next in a row. */
export interface LoginRetryPlan {
  readonly backoffMs: number
  readonly maxBackoffMs: number
}

/** One judgement of an answer, by an entry of `expectations/`. */
export interface ExpectationPlan {
  readonly kind: string
  readonly value: unknown
}

export interface RequestStepPlan {
  readonly kind: 'request'
  /** Name under which it is recorded. */
  readonly name: string
  /** Key into `RunPlan.targets`. */
  readonly target: string
  /** In the target plugin's own request format; strings may hold `{{variables}}`. */
  readonly request: Readonly<Record<string, unknown>>
  readonly timeouts: Timeouts
  readonly expect: readonly ExpectationPlan[]
  /** Variable -> where it comes from: `json:cart.id`, `header:location`, `regex:id=(\d+)`. */
  readonly extract: Readonly<Record<string, string>>
  readonly retry: RetryPlan | null
  /** At most one is taken after an ok answer, by one draw: how a complex operation escalates. */
  readonly followUps: readonly {
    readonly kind: string
    readonly probability: number
    readonly step: RequestStepPlan
  }[]
}

export type StepPlan =
  | RequestStepPlan
  | { readonly kind: 'think'; readonly time: MsRange }
  /** One of several requests, by weight: a command picked from a catalogue. */
  | {
      readonly kind: 'choice'
      readonly name: string
      readonly alternatives: readonly { readonly weight: number; readonly step: RequestStepPlan }[]
    }

export interface JourneyPlan {
  readonly name: string
  readonly weight: number
  /** Null when the journey is code: `journeys.<name>.run` of the scenario module. */
  readonly steps: readonly StepPlan[] | null
}
