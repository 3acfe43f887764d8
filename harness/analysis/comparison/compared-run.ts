import type { RunSummary } from '../../model/run-summary.ts'
import type { RunTrust } from '../trust.ts'

/** A run as a comparison sees it. Runs of one session (machine boot, some hours) are one observation. */
export interface ComparedRun {
  readonly id: string
  readonly session: string
  readonly summary: RunSummary
  readonly steps: Readonly<Record<string, RunSummary>>
  /** Time of each component of the target in the whole run; empty where the target does not tell. */
  readonly componentSumUs: Readonly<Record<string, number>>
  /** Times that can be believed. */
  readonly trust: RunTrust
}

export interface ComparedPair {
  readonly baseline: ComparedRun
  readonly candidate: ComparedRun
}

/** The means to confirm a possible regression: runs of both builds in turns, of the candidate alone, or none. */
export type Confirmation = 'pairs' | 'reruns' | 'none'

export interface ComparisonInput {
  /** The name of the baseline; null when it is not a stored one. */
  readonly name: string | null
  readonly baseline: readonly ComparedRun[]
  readonly candidate: readonly ComparedRun[]
  /** Interleaved runs so far. */
  readonly pairs: readonly ComparedPair[]
  readonly confirmation: Confirmation
}

/** The runs that the comparison made or was asked about: all but those that were stored. */
export function newRunsOf({ candidate, pairs }: ComparisonInput): ComparedRun[] {
  return [...candidate, ...pairs.flatMap((pair) => [pair.baseline, pair.candidate])]
}

/** All runs of a comparison. */
export function allRunsOf(input: ComparisonInput): ComparedRun[] {
  return [...input.baseline, ...newRunsOf(input)]
}

/** The comparison with each run replaced. */
export function withRuns(
  input: ComparisonInput,
  replaced: (run: ComparedRun) => ComparedRun,
): ComparisonInput {
  return {
    ...input,
    baseline: input.baseline.map(replaced),
    candidate: input.candidate.map(replaced),
    pairs: input.pairs.map((pair) => ({
      baseline: replaced(pair.baseline),
      candidate: replaced(pair.candidate),
    })),
  }
}
