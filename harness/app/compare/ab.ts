/** Two builds that both run already, by pairs of runs alone. */
import { emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import { DEFAULT_COMPARISON } from '../../analysis/comparison/comparison-settings.ts'
import { messageOf } from '../../base/errors.ts'
import { isInterrupted, type StopRequest } from '../../base/stop-request.ts'
import { formatAmount } from '../../base/units.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { Host } from '../../ports/host.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import type { RunProgress } from '../run/progress.ts'
import { MEASURE_ONLY } from '../run/request.ts'
import { requireWhole, runScenario } from '../run/run.ts'
import { type Build, comparePairs, PAIRS_MIN, type PairsObserver } from './pairs.ts'

export interface AbRequest {
  readonly baselineUrl: string
  readonly candidateUrl: string
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  readonly threads: number | null
  readonly outDir: string
  readonly stop: StopRequest
}

/** Three to five pairs. @throws HarnessError when a run cannot be made or believed, INTERRUPTED before the first began its load */
export async function compareBuilds(
  request: AbRequest,
  host: Host,
  progress: RunProgress,
  observer: PairsObserver,
): Promise<Comparison> {
  const { baselineUrl, candidateUrl, overrides, ...rest } = request
  // One seed for all runs: the builds differ, chance does not.
  let seed = overrides.seed
  let runCount = 0
  const pairs = {
    name: baselineUrl,
    stored: [],
    candidate: [],
    settings: DEFAULT_COMPARISON,
    pairsMin: PAIRS_MIN,
    observer,
    async run(build: Build) {
      const target = build === 'baseline' ? baselineUrl : candidateUrl
      const same = { ...overrides, target, ...(seed === undefined ? {} : { seed }) }
      const finished = await runScenario({ ...MEASURE_ONLY, ...rest, overrides: same }, host, progress)
      seed = finished.record.seed
      runCount++
      return requireWhole(finished)
    },
  }
  try {
    return await comparePairs(pairs)
  } catch (error) {
    if (!isInterrupted(error) || runCount === 0) throw error
    const made = formatAmount(runCount, 'run')
    return emptyComparison(baselineUrl, 'invalid', `cut short after ${made}: ${messageOf(error)}`, [])
  }
}
