/** A run against a baseline whose build can be run again: what is suspect is settled by pairs before the verdict. */
import {
  comparedRunOf,
  comparedRunsOf,
  differencesFrom,
  settingsFrom,
} from '../../analysis/comparison/baseline.ts'
import { DEFAULT_COMPARISON } from '../../analysis/comparison/comparison-settings.ts'
import { whyUnarmed } from '../../analysis/rollback-decision.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { BuildPlan, BuildsPlan, RunPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Host } from '../../ports/host.ts'
import { withRunContext } from '../run/context.ts'
import { planLoad } from '../run/launch-targets.ts'
import { requireClearBefore } from '../run/preflight.ts'
import { type RunProgress, SILENT_PROGRESS } from '../run/progress.ts'
import type { FinishedRun } from '../run/publish.ts'
import { type Comparer, MEASURE_ONLY, type RunRequest } from '../run/request.ts'
import { requireWhole, runScenario } from '../run/run.ts'
import { requireBaseline } from './baselines.ts'
import { believableRun, REPEATS_MAX } from './believable-run.ts'
import { type RunningBuild, startBuild } from './builds.ts'
import { addressOf, type BaselineRef, comparedBaseline } from './compare.ts'
import { type Build, comparePairs, PAIRS_MIN, type PairsObserver } from './pairs.ts'
import { runsFolderOf } from './runs-folder.ts'

export interface ConfirmRequest extends Omit<RunRequest, 'compare'> {
  readonly baseline: BaselineRef
}

/** @throws HarnessError USAGE without `builds`, BASELINE_*, and whatever a run throws */
export async function runAndConfirm(
  request: ConfirmRequest,
  host: Host,
  progress: RunProgress,
  observer: PairsObserver,
): Promise<FinishedRun> {
  const { baseline, ...run } = request
  const { plan, builds } = await requireStartable(run, baseline, host)
  const runs = new BuildRuns(builds, run, host, progress)
  return runs.of('candidate', {
    require: () => Promise.resolve(),
    beginsIn: () => null,
    async compare(record) {
      await runs.stopBuild()
      const comparison = await confirmed(record, baseline, runs, host, observer)
      // Another attempt, and a rollback, find the candidate as the first one did.
      if (run.retries > 0 || mayRollBack(plan, run, host)) await runs.startAgain()
      return comparison
    },
    baselineOf: (record, comparison) => comparedBaseline(record, comparison, baseline.folder, host.cwd),
  })
}

/** Makes sure that builds may be started: a build is a process and an address before there is a load that preflight could block. */
function requireStartable(
  request: Omit<RunRequest, 'compare'>,
  baseline: BaselineRef,
  host: Host,
): Promise<{ readonly plan: RunPlan; readonly builds: BuildsPlan }> {
  return withRunContext(request, host, SILENT_PROGRESS, async (run) => {
    const planned = await planLoad(run, request)
    const builds = requireBuilds(planned.plan.builds)
    await requireBaseline(addressOf(baseline, planned.plan.scenario, host.cwd))
    const urls = [builds.baseline, builds.candidate].flatMap((build) => build?.url ?? [])
    const otherHosts = urls.map((url) => new URL(url).hostname)
    await requireClearBefore(run, planned, { history: request.history, compare: null, otherHosts })
    return { plan: planned.plan, builds }
  })
}

/** A rollback looks at the candidate. */
function mayRollBack(
  { rollback }: RunPlan,
  { enforce }: Omit<RunRequest, 'compare'>,
  { env }: Host,
): boolean {
  return (
    rollback !== null &&
    enforce !== null &&
    enforce !== 'watch' &&
    whyUnarmed(rollback, enforce.arming, env) === null
  )
}

async function confirmed(
  record: RunRecord,
  ref: BaselineRef,
  runs: BuildRuns,
  host: Host,
  observer: PairsObserver,
): Promise<Comparison> {
  const { name } = ref
  const baseline = await requireBaseline(addressOf(ref, record.scenario, host.cwd))
  // Pairs compare by themselves: where stored runs are of no use, three to five of them decide alone.
  const usable = differencesFrom(baseline, record).length === 0 ? baseline : null
  const first = comparedRunOf(record)
  const again = async () => (await runs.of('candidate', null)).record
  const counted = first.trust === 'all' ? first : await believableRun(again, 'candidate', REPEATS_MAX)
  return comparePairs({
    name,
    stored: usable === null ? [] : comparedRunsOf(usable),
    candidate: [counted],
    settings: usable === null ? DEFAULT_COMPARISON : settingsFrom(usable),
    pairsMin: usable === null ? PAIRS_MIN : 0,
    run: (build) => runs.of(build, null),
    observer,
  })
}

function requireBuilds(builds: BuildsPlan | null): BuildsPlan {
  if (builds !== null) return builds
  throw new HarnessError('USAGE', 'the scenario does not say how to run the baseline build', {
    hint: "Add builds: { baseline: { url: 'http://127.0.0.1:7071', command: 'node main-build/server.js' } } to it.",
  })
}

/** Runs of either build: started, loaded, stopped, with the seed of the first. */
class BuildRuns {
  readonly #builds: BuildsPlan
  readonly #request: Omit<RunRequest, 'compare'>
  readonly #host: Host
  readonly #progress: RunProgress
  #running: RunningBuild | null = null
  #seed: number | null = null
  /** Path of the folder for the runs that confirm; known when the run that is judged has been measured. */
  #runsFolder: string | null = null

  constructor(builds: BuildsPlan, request: Omit<RunRequest, 'compare'>, host: Host, progress: RunProgress) {
    this.#builds = builds
    this.#request = request
    this.#host = host
    this.#progress = progress
  }

  /** @param comparer of the run that is judged; null: the run confirms it */
  async of(build: Build, comparer: Comparer | null): Promise<FinishedRun> {
    const planned = await this.#start(build)
    const overrides = {
      ...this.#request.overrides,
      ...(planned === null ? {} : { target: planned.url }),
      ...(this.#seed === null ? {} : { seed: this.#seed }),
    }
    const compare = comparer === null ? null : this.#withSeedOf(comparer)
    try {
      // The run that is judged is remembered; those that confirm it are part of its comparison.
      const { history, enforce, onJudged, retries } = comparer === null ? MEASURE_ONLY : this.#request
      const { reports, within } =
        comparer === null ? { reports: [], within: this.#runsFolder } : this.#request
      const finished = await runScenario(
        { ...this.#request, overrides, compare, history, enforce, onJudged, retries, reports, within },
        this.#host,
        this.#progress,
      )
      return comparer === null ? requireWhole(finished) : finished
    } finally {
      await this.stopBuild()
    }
  }

  /** The runs that confirm it get the seed of the run that is judged. */
  #withSeedOf(comparer: Comparer): Comparer {
    return {
      ...comparer,
      compare: (record) => {
        this.#seed = record.seed
        this.#runsFolder = runsFolderOf(record, this.#request.outDir, this.#host.cwd)
        return comparer.compare(record)
      },
    }
  }

  async #start(build: Build): Promise<BuildPlan | null> {
    const planned: BuildPlan | null = this.#builds[build]
    if (planned !== null)
      this.#running = await startBuild(planned, this.#host.clock, this.#host.cwd, this.#request.stop)
    return planned
  }

  /** It runs until the run that is judged is over. What was compared stands, whether it starts or not. */
  async startAgain(): Promise<void> {
    await this.#start('candidate').catch((error: unknown) => this.#progress.onNote(messageOf(error)))
  }

  async stopBuild(): Promise<void> {
    const running = this.#running
    this.#running = null
    await running?.stop()
  }
}
