/**
 * Two builds that both run already, compared by pairs of runs alone: one comparison with one folder, one verdict and one set
 * of reports, the folders of its runs below it.
 */
import { join } from 'node:path'
import { emptyBaseline, withRun } from '../../analysis/comparison/baseline.ts'
import { emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import { DEFAULT_COMPARISON } from '../../analysis/comparison/comparison-settings.ts'
import { isGeneratorsFault } from '../../analysis/inconclusive.ts'
import { judge } from '../../analysis/judge.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import { formatAmount } from '../../base/units.ts'
import type { EarlierAttempt } from '../../model/attempt.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Host } from '../../ports/host.ts'
import { createRunFolder } from '../../store/run-folder.ts'
import { type Attempted, untilBelieved } from '../run/attempts.ts'
import { type RunContext, withRunContext } from '../run/context.ts'
import { planLoad } from '../run/launch-targets.ts'
import { requireClearBefore } from '../run/preflight.ts'
import type { RunProgress } from '../run/progress.ts'
import { type FinishedRun, publishRun } from '../run/publish.ts'
import { remember } from '../run/remember.ts'
import { MEASURE_ONLY, type RunRequest } from '../run/request.ts'
import { requireWhole, runScenario } from '../run/run.ts'
import { createRunMask } from '../run/run-mask.ts'
import { type Build, comparePairs, PAIRS_MIN, type PairsObserver } from './pairs.ts'
import { RUNS_FOLDER } from './runs-folder.ts'

export interface AbRequest
  extends Pick<
    RunRequest,
    | 'source'
    | 'overrides'
    | 'threads'
    | 'outDir'
    | 'stop'
    | 'reports'
    | 'strict'
    | 'inconclusive'
    | 'retries'
    | 'history'
  > {
  readonly baselineUrl: string
  readonly candidateUrl: string
}

/** A run that was made for the comparison. */
interface MadeRun {
  readonly build: Build
  readonly finished: FinishedRun
}

/** Three to five pairs, judged. @throws HarnessError when no run can be made; INTERRUPTED before the first began its load */
export function compareBuilds(
  request: AbRequest,
  host: Host,
  progress: RunProgress,
  observer: PairsObserver,
): Promise<FinishedRun> {
  const { outDir, stop } = request
  const surroundings = { outDir, stop, state: MEASURE_ONLY.state, within: null, pool: null }
  return untilBelieved(request, {
    make: (earlier, mayRepeat) =>
      withRunContext(surroundings, host, progress, (run) =>
        new BuildComparison(request, run, host, progress, observer).make(earlier, mayRepeat),
      ),
    settle: ({ measured, judged, options }) =>
      publishRun(measured, judged, { ...options, reports: request.reports }),
  })
}

class BuildComparison {
  readonly #request: AbRequest
  readonly #run: RunContext
  readonly #host: Host
  readonly #progress: RunProgress
  readonly #observer: PairsObserver
  readonly #made: MadeRun[] = []
  /** One seed for all runs: the builds differ, chance does not. */
  #seed: number | undefined
  #end: 'decided' | 'undecided' | 'cut short' = 'decided'

  constructor(
    request: AbRequest,
    run: RunContext,
    host: Host,
    progress: RunProgress,
    observer: PairsObserver,
  ) {
    this.#request = request
    this.#run = run
    this.#host = host
    this.#progress = progress
    this.#observer = observer
    this.#seed = request.overrides.seed
  }

  async make(earlier: readonly EarlierAttempt[], mayRepeat: boolean): Promise<Attempted> {
    const { source, overrides, candidateUrl, strict, inconclusive, history } = this.#request
    const { host, stop, outDir, runId, defer, note } = this.#run
    const target = { ...overrides, target: candidateUrl }
    const planned = await planLoad(this.#run, { source, overrides: target, threads: this.#request.threads })
    const { plan, runSecrets } = planned
    // Its runs are remembered by the comparison alone, so that none of them would look at the history.
    await requireClearBefore(this.#run, planned, { history, compare: null })
    const folder = await createRunFolder(outDir, plan.scenario, runId)
    defer(folder.close)
    const comparison = await this.#compare(join(folder.path, RUNS_FOLDER)).catch(async (error: unknown) => {
      if (this.#made.length === 0) await folder.remove()
      throw error
    })
    const measured = this.#record(earlier)
    const judged = judge(measured, { strict, inconclusive, comparison })
    const isToBeRepeated = mayRepeat && stop.level === 'none' && isGeneratorsFault(measured, judged)
    const published = await publishRun(measured, judged, {
      folder,
      cwd: host.cwd,
      mask: createRunMask(runSecrets.values(), plan),
      reports: isToBeRepeated ? [] : this.#request.reports,
      baseline: this.#baseline(measured),
    })
    for (const failure of published.failures) note(failure)
    if (history !== null) await remember(this.#run, published, history)
    return { published, isToBeRepeated }
  }

  /** @param within path of the folder for the folders of the runs */
  async #compare(within: string): Promise<Comparison> {
    const { baselineUrl } = this.#request
    try {
      return await comparePairs({
        name: baselineUrl,
        stored: [],
        candidate: [],
        settings: DEFAULT_COMPARISON,
        pairsMin: PAIRS_MIN,
        observer: this.#observer,
        run: (build) => this.#load(build, within),
      })
    } catch (error) {
      if (this.#made.length === 0) throw error
      return emptyComparison(baselineUrl, 'invalid', this.#whyUndecided(error), [])
    }
  }

  /** Returns the reason of a comparison that came to nothing. @throws the error, where it is another one */
  #whyUndecided(error: unknown): string {
    if (isInterrupted(error)) {
      this.#end = 'cut short'
      return `cut short after ${formatAmount(this.#made.length, 'run')}: ${messageOf(error)}`
    }
    if (!(error instanceof HarnessError) || error.code !== 'RUN_INVALID') throw error
    this.#end = 'undecided'
    return messageOf(error)
  }

  async #load(build: Build, within: string): Promise<FinishedRun> {
    const { source, overrides, threads, outDir, stop, baselineUrl, candidateUrl } = this.#request
    const target = build === 'baseline' ? baselineUrl : candidateUrl
    const same = { ...overrides, target, ...(this.#seed === undefined ? {} : { seed: this.#seed }) }
    const run = { ...MEASURE_ONLY, source, threads, outDir, stop, within, reports: [], overrides: same }
    const finished = await runScenario(run, this.#host, this.#progress)
    this.#seed = finished.record.seed
    this.#made.push({ build, finished })
    return requireWhole(finished)
  }

  /** The record of the comparison: the figures of the candidate's last run, and the runs it was made of. */
  #record(earlierAttempts: readonly EarlierAttempt[]): RunRecord {
    const { runId, host } = this.#run
    // A comparison that came to nothing did so for the sake of its last run.
    const ofCandidate = this.#made.filter(({ build }) => build === 'candidate')
    const last = (this.#end === 'decided' ? ofCandidate : this.#made).at(-1) as MadeRun
    const shown = last.finished.record
    return {
      ...shown,
      runId,
      status: this.#end === 'cut short' ? 'interrupted' : shown.status,
      startedAt: this.#made[0]?.finished.record.startedAt ?? shown.startedAt,
      finishedAt: isoOf(host.clock.wallMs()),
      earlierAttempts: [...earlierAttempts],
      builds: {
        baseline: this.#request.baselineUrl,
        candidate: this.#request.candidateUrl,
        shown: shown.runId,
        runs: this.#made.map(({ build, finished }) => ({ build, runId: finished.record.runId })),
      },
      visuals: [],
      notes: [
        ...shown.notes,
        `the figures are those of ${shown.runId}, a run of the ${last.build}; the folder ${RUNS_FOLDER} has all ${this.#made.length}`,
      ],
    }
  }

  /** The runs of the baseline build, for the charts of the reports. */
  #baseline(measured: RunRecord): Baseline {
    const { baselineUrl } = this.#request
    const runs = this.#made.filter(({ build }) => build === 'baseline')
    const approval = { at: measured.finishedAt, by: 'proofload ab', reason: 'a run of the comparison' }
    return runs.reduce(
      (baseline, { finished: { record, verdict } }) =>
        withRun(baseline, record, verdict.outcome, null, approval),
      emptyBaseline(baselineUrl, measured),
    )
  }
}
