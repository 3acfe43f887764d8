/**
 * Two builds against each other in interleaved pairs of runs (STATS section 4.3): both members of a pair share whatever the
 * machine does meanwhile. Order A B, B A, A B ...: who goes second finds the machine warmer.
 */
import { comparedRunOf } from '../analysis/comparison/baseline.ts'
import { type ComparedPair, compareRuns, PAIRS_MAX } from '../analysis/comparison/compare-runs.ts'
import { HarnessError } from '../base/errors.ts'
import type { Comparison } from '../model/comparison.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Host } from '../ports/host.ts'
import type { Overrides } from '../scenario/overrides.ts'
import { type FinishedRun, type RunProgress, runScenario } from './run.ts'

export interface AbRequest {
  readonly baselineUrl: string
  readonly candidateUrl: string
  /** Scenario file. */
  readonly source: string
  readonly overrides: Overrides
  readonly threads: number | null
  readonly outDir: string
  /** A run is over; the comparison so far is null within a pair. */
  readonly onRun: (pair: number, build: 'baseline' | 'candidate', run: FinishedRun) => void
  readonly onPair: (pair: number, comparison: Comparison) => void
}

/** Runs pairs until all is decided, five at most. @throws HarnessError when a run cannot be made or believed */
export async function compareBuilds(
  request: AbRequest,
  host: Host,
  progress: RunProgress,
): Promise<Comparison> {
  const pairs: ComparedPair[] = []
  // One seed for all runs: the builds differ, chance does not.
  let seed = request.overrides.seed
  const run = async (build: 'baseline' | 'candidate'): Promise<RunRecord> => {
    const target = build === 'baseline' ? request.baselineUrl : request.candidateUrl
    const overrides = { ...request.overrides, target, ...(seed === undefined ? {} : { seed }) }
    const { source, threads, outDir } = request
    const finished = await runScenario(
      { source, overrides, threads, outDir, strict: false, baseline: null },
      host,
      progress,
    )
    seed = finished.record.seed
    request.onRun(pairs.length + 1, build, finished)
    requireBelievable(finished, build)
    return finished.record
  }
  for (;;) {
    const order =
      pairs.length % 2 === 0 ? (['baseline', 'candidate'] as const) : (['candidate', 'baseline'] as const)
    const records: Partial<Record<'baseline' | 'candidate', RunRecord>> = {}
    for (const build of order) records[build] = await run(build)
    pairs.push({
      baseline: comparedRunOf(records.baseline as RunRecord),
      candidate: comparedRunOf(records.candidate as RunRecord),
    })
    const comparison = compareRuns({
      name: request.baselineUrl,
      baseline: [],
      candidate: [],
      pairs,
      confirmation: 'pairs',
    })
    request.onPair(pairs.length, comparison)
    // Fewer than three pairs alone have too little behind them to call a build unchanged.
    const decided = comparison.needs === null && pairs.length >= PAIRS_MIN
    if (decided || pairs.length >= PAIRS_MAX) return comparison
  }
}

const PAIRS_MIN = 3

function requireBelievable({ verdict }: FinishedRun, build: string): void {
  const [reason] = verdict.validity.reasons
  if (reason === undefined) return
  throw new HarnessError('RUN_INVALID', `a run of the ${build} cannot be believed: ${reason.message}`, {
    hint: 'Pairs need valid runs on both sides; make room for the generator and start again.',
  })
}
