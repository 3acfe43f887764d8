/**
 * Runs of two builds in turns (STATS section 4.3): both members of a pair share whatever the machine does meanwhile. Order
 * A B, B A, A B ...: who goes second finds the machine warmer.
 */
import { comparedRunOf } from '../../analysis/comparison/baseline.ts'
import { compareRuns } from '../../analysis/comparison/compare-runs.ts'
import type { ComparedPair, ComparedRun } from '../../analysis/comparison/compared-run.ts'
import type { ComparisonSettings } from '../../analysis/comparison/comparison-settings.ts'
import { PAIRS_MAX } from '../../analysis/comparison/decision.ts'
import { HarnessError } from '../../base/errors.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { FinishedRun } from '../run/publish.ts'

const ATTEMPTS = 3
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

/** Runs pairs until all is decided, five at most. @throws HarnessError RUN_INVALID when a run cannot be believed */
export async function comparePairs(request: PairsRequest): Promise<Comparison> {
  const { name, stored, candidate, settings, pairsMin, observer } = request
  const pairs: ComparedPair[] = []
  const compare = () =>
    compareRuns({ name, baseline: stored, candidate, pairs, confirmation: 'pairs' }, settings)
  let comparison = compare()
  while (pairs.length < pairsMin || (comparison.needs !== null && pairs.length < PAIRS_MAX)) {
    const number = pairs.length + 1
    const load = (build: Build) => believableRun(request, number, build)
    pairs.push(number % 2 === 1 ? await inOrder(load) : await reversed(load))
    comparison = compare()
    observer.onPair({ number, max: PAIRS_MAX }, comparison)
  }
  return comparison
}

type Load = (build: Build) => Promise<RunRecord>

async function inOrder(load: Load): Promise<ComparedPair> {
  const baseline = comparedRunOf(await load('baseline'))
  return { baseline, candidate: comparedRunOf(await load('candidate')) }
}

async function reversed(load: Load): Promise<ComparedPair> {
  const candidate = comparedRunOf(await load('candidate'))
  return { baseline: comparedRunOf(await load('baseline')), candidate }
}

/** Makes a run again that cannot be believed, twice at most: what the machine did to one it may not do to the next. */
async function believableRun(
  { run, observer }: PairsRequest,
  number: number,
  build: Build,
): Promise<RunRecord> {
  for (let attempt = 1; ; attempt++) {
    const finished = await run(build)
    observer.onRun({ number, max: PAIRS_MAX }, build, finished)
    const [reason] = finished.verdict.validity.reasons
    if (reason === undefined) return finished.record
    if (attempt === ATTEMPTS)
      throw new HarnessError(
        'RUN_INVALID',
        `a run of the ${build} is not a valid measurement: ${reason.message}`,
        {
          hint: 'Pairs need valid runs on both sides; free CPU for the generator and start again.',
        },
      )
  }
}
