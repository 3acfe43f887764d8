/**
 * One load, judged: the part that runs, validations after a rollback and searches share.
 *   1 plan        resolve the scenario into a plan
 *   2 preflight   check before load; between its checks the targets are launched
 *   3 open        secrets, alerts, event bus, folder
 *   4 measure     shards walk agents through journeys; every second their snapshots are merged; pictures are taken
 *   5 compare     with a baseline, where the request says how
 *   6 judge       validity, objectives, verdict: pure
 *   7 publish     record, verdict and reports into the folder
 */
import { isGeneratorsFault } from '../../analysis/inconclusive.ts'
import { judge } from '../../analysis/judge.ts'
import type { EarlierAttempt } from '../../model/attempt.ts'
import { announce } from './announce.ts'
import { compareLoad } from './compare-load.ts'
import type { RunContext } from './context.ts'
import { planLoad, type RunningTargets } from './launch-targets.ts'
import { type LoadContext, openLoad } from './load-context.ts'
import { measure } from './measure.ts'
import { checkAndLaunch, requireLaunched } from './preflight.ts'
import { type Published, publishRun } from './publish.ts'
import type { LoadRequest } from './request.ts'

export interface JudgedLoad {
  /** Open as long as the context that the load was given. */
  readonly load: LoadContext
  readonly published: Published
  /** True when the generator was at fault and the same load may be sent again: the reports were left out. */
  readonly isToBeRepeated: boolean
}

/** The attempts before a load, and whether there may be one after it. */
export interface AttemptPlace {
  readonly earlier: readonly EarlierAttempt[]
  readonly mayRepeat: boolean
}

/** A load that is sent once. */
export const ONLY_ATTEMPT: AttemptPlace = { earlier: [], mayRepeat: false }

/** The targets and the folder that a load takes over from the run that it is part of. */
export interface LoadPlace {
  /** Targets that are up already. */
  readonly targets: RunningTargets | null
  /** Path of a folder that is there. */
  readonly folder: string
}

/** @param place null: targets are launched, and a folder is made @throws HarnessError when no load could be sent; INTERRUPTED */
export async function judgeLoad(
  run: RunContext,
  request: LoadRequest,
  { earlier, mayRepeat }: AttemptPlace,
  place: LoadPlace | null = null,
): Promise<JudgedLoad> {
  const checked = await checkAndLaunch(run, await planLoad(run, request), request, place?.targets)
  const prepared = requireLaunched(checked)
  announce(run, prepared, checked.findings)

  const opened = await openLoad(run, prepared, request.enforce, place?.folder)
  // A load that is part of a run has no figures of its own elsewhere.
  const load = place === null ? await withOutputs(opened, request) : opened
  const measured = { ...(await measure(load)), earlierAttempts: [...earlier] }
  const { comparison, baseline } = await compareLoad(load, measured, request.compare)
  const { strict, inconclusive } = request
  const verdict = judge(measured, { strict, inconclusive, comparison })
  const isToBeRepeated = mayRepeat && run.stop.level === 'none' && isGeneratorsFault(measured, verdict)

  const { folder, host, mask } = load
  const reports = isToBeRepeated ? [] : request.reports
  const published = await publishRun(measured, verdict, { folder, cwd: host.cwd, mask, reports, baseline })
  return { load, published, isToBeRepeated }
}

/** Opens the outputs of a load for as long as its context lasts. @throws HarnessError OUTPUT_UNAVAILABLE, SCENARIO_INVALID */
async function withOutputs(load: LoadContext, { history }: LoadRequest): Promise<LoadContext> {
  const wanted = load.plan.outputs
  if (wanted === undefined) return load
  const { openOutputs } = await import('./outputs.ts')
  const outputs = await openOutputs(load, wanted, history?.build ?? null)
  load.defer(() => outputs.close())
  return { ...load, outputs }
}
