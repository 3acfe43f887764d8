/** Two builds that both run already, by pairs of runs alone. */
import { DEFAULT_COMPARISON } from '../analysis/comparison/comparison-settings.ts'
import type { Comparison } from '../model/comparison.ts'
import type { Host } from '../ports/host.ts'
import type { Overrides } from '../scenario/overrides.ts'
import { comparePairs, PAIRS_MIN, type PairsObserver } from './pairs.ts'
import { MEASURE_ONLY, type RunProgress, runScenario } from './run.ts'

export interface AbRequest {
  readonly baselineUrl: string
  readonly candidateUrl: string
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  readonly threads: number | null
  readonly outDir: string
}

/** Three to five pairs. @throws HarnessError when a run cannot be made or believed */
export function compareBuilds(
  request: AbRequest,
  host: Host,
  progress: RunProgress,
  observer: PairsObserver,
): Promise<Comparison> {
  const { baselineUrl, candidateUrl, overrides, ...rest } = request
  // One seed for all runs: the builds differ, chance does not.
  let seed = overrides.seed
  return comparePairs({
    name: baselineUrl,
    stored: [],
    candidate: [],
    settings: DEFAULT_COMPARISON,
    pairsMin: PAIRS_MIN,
    observer,
    async run(build) {
      const target = build === 'baseline' ? baselineUrl : candidateUrl
      const same = { ...overrides, target, ...(seed === undefined ? {} : { seed }) }
      const finished = await runScenario({ ...MEASURE_ONLY, ...rest, overrides: same }, host, progress)
      seed = finished.record.seed
      return finished
    },
  })
}
