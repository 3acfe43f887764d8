/** A search for a capacity as people watch it, beside the load that is under way. Plain data. */
import type { CapacityControl, CapacityEstimate, ProbePurpose } from './capacity.ts'

/** doubtful: beyond a limit, and not surely. void: it cannot be believed. */
export type ProbeStanding = 'met' | 'doubtful' | 'missed' | 'void'

export interface LiveProbe {
  readonly purpose: ProbePurpose
  readonly x: number
  readonly achievedPerSec: number
  readonly p99Ms: number | null
  readonly standing: ProbeStanding
}

/** A stretch of x and how likely the capacity lies in it: equal stretches of ln x. */
export interface SearchBar {
  readonly from: number
  readonly to: number
  /** The likeliest has 1. */
  readonly cells: readonly number[]
}

export interface LiveSearch {
  readonly by: CapacityControl
  /** The largest x that was met, and the smallest that was not; null: none yet. */
  readonly met: number | null
  readonly missed: number | null
  /** Null until the range has both ends. */
  readonly capacity: Pick<CapacityEstimate, 'low' | 'median' | 'high'> | null
  readonly bar: SearchBar | null
  /** Requests of one arrival; null: not known. */
  readonly requestsPerStart: number | null
  readonly probes: readonly LiveProbe[]
  /** Null: the search is over. */
  readonly next: {
    readonly purpose: ProbePurpose
    readonly x: number
    readonly seconds: number
    readonly why: string
  } | null
  /** The longest that it may go on. */
  readonly leftS: number
}
