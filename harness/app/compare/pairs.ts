/**
 * Runs of two builds in turns (STATS section 4.3): both members of a pair share whatever the machine does meanwhile. Order
 * A B, B A, A B ...: who goes second finds the machine warmer.
 */
import { compareRuns } from '../../analysis/comparison/compare-runs.ts'
import type { ComparedPair, ComparedRun, Confirmation } from '../../analysis/comparison/compared-run.ts'
import type { ComparisonSettings } from '../../analysis/comparison/comparison-settings.ts'
import { PAIRS_MAX } from '../../analysis/comparison/decision.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { FinishedRun } from '../run/publish.ts'
import { believableRun, noteOnInvalid, REPEATS_MAX, withNote } from './believable-run.ts'

/** Pairs that decide without stored runs: fewer have too little behind them to call a build unchanged. */
export const PAIRS_MIN = 3

export type Build = 'baseline' | 'candidate'

/** A pair, counted from 1. */
export interface PairNumber {
  readonly number: number
  /** Pairs are never more than so many. */
  readonly max: number
}

/** Observes the progress of the pairs. */
export interface PairsObserver {
  onRun(pair: PairNumber, build: Build, run: FinishedRun): void
  onPair(pair: PairNumber, comparison: Comparison): void
}

export interface PairsRequest {
  readonly name: string
  /** Runs of the baseline and the candidate from before. */
  readonly stored: readonly ComparedRun[]
  readonly candidate: readonly ComparedRun[]
  readonly settings: ComparisonSettings
  /** Made even when nothing is suspect. */
  readonly pairsMin: number
  /** Loads one build once. */
  readonly run: (build: Build) => Promise<FinishedRun>
  readonly observer: PairsObserver
}

/**
 * Runs pairs until all is decided, five at most. When a run cannot be believed, the pairs so far decide, if they are enough.
 * @throws HarnessError RUN_INVALID when they are not
 */
export async function comparePairs(request: PairsRequest): Promise<Comparison> {
  const { pairsMin, observer } = request
  const pairs: ComparedPair[] = []
  let comparison = comparisonOf(request, pairs, 'pairs')
  while (pairs.length < pairsMin || (comparison.needs !== null && pairs.length < PAIRS_MAX)) {
    const number = pairs.length + 1
    try {
      pairs.push(await nextPair(request, number))
    } catch (error) {
      const note = noteOnInvalid(error)
      if (pairs.length < pairsMin) throw error
      return withNote(comparisonOf(request, pairs, 'none'), `pair ${number} could not be made: ${note}`)
    }
    comparison = comparisonOf(request, pairs, 'pairs')
    observer.onPair({ number, max: PAIRS_MAX }, comparison)
  }
  return comparison
}

/** A first run that cannot be believed arouses a suspicion at most: the pairs decide without it. */
function comparisonOf(
  { name, stored, candidate, settings }: PairsRequest,
  pairs: readonly ComparedPair[],
  confirmation: Confirmation,
): Comparison {
  const counted = pairs.length === 0 ? candidate : candidate.filter(({ trust }) => trust === 'all')
  return compareRuns({ name, baseline: stored, candidate: counted, pairs, confirmation }, settings)
}

async function nextPair({ run, observer }: PairsRequest, number: number): Promise<ComparedPair> {
  const load = (build: Build) =>
    believableRun(
      async () => {
        const finished = await run(build)
        observer.onRun({ number, max: PAIRS_MAX }, build, finished)
        return finished.record
      },
      build,
      1 + REPEATS_MAX,
    )
  return number % 2 === 1 ? await inOrder(load) : await reversed(load)
}

type Load = (build: Build) => Promise<ComparedRun>

async function inOrder(load: Load): Promise<ComparedPair> {
  const baseline = await load('baseline')
  return { baseline, candidate: await load('candidate') }
}

async function reversed(load: Load): Promise<ComparedPair> {
  const candidate = await load('candidate')
  return { baseline: await load('baseline'), candidate }
}
