/** The state of a search: what is known, and what to do next. */
import type { CapacityEstimate, ProbePurpose, SearchEnding } from '../../model/capacity.ts'

/** The probe to make next. */
export interface NextProbe {
  readonly purpose: ProbePurpose
  readonly x: number
  readonly seconds: number
  /** The service has to be itself again before. */
  readonly recoversFirst: boolean
  /** The reason for this x, for people. */
  readonly why: string
}

/** All that is known at some moment of a search. */
export interface SearchState {
  /** Null: the search is over. */
  readonly next: NextProbe | null
  /** Null while it goes on. */
  readonly ending: SearchEnding | null
  /** The largest x that was met; null: none. */
  readonly good: number | null
  /** The smallest x that was missed while the range was looked for; null: none. */
  readonly bad: number | null
  /** Null without both ends of a range. */
  readonly capacity: CapacityEstimate | null
  /** Points of equal probability between them, rising: the posterior of the capacity. Empty without a range. */
  readonly spread: readonly number[]
  /** By limit; empty without a range. */
  readonly limits: readonly CapacityEstimate[]
  /** Probability that a limit is the one that is missed first, by limit. */
  readonly binding: readonly number[]
  /** The x that is proven to keep all limits. */
  readonly safe: number | null
  readonly hasDrifted: boolean
}
