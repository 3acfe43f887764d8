/**
 * One load, judged: the part that runs, validations after a rollback and searches share.
 *   1 prepare     resolve the scenario into a plan, launch its targets
 *   2 preflight   check before load
 *   3 open        secrets, alerts, event bus, folder
 *   4 measure     shards walk agents through journeys; every second their snapshots are merged; pictures are taken
 *   5 compare     with a baseline, where the request says how
 *   6 judge       validity, objectives, verdict: pure
 *   7 publish     record, verdict and reports into the folder
 */
import { judge } from '../../analysis/judge.ts'
import { announce } from './announce.ts'
import { compareLoad } from './compare-load.ts'
import type { RunContext } from './context.ts'
import { prepareLoad, type RunningTargets } from './launch-targets.ts'
import { type LoadContext, openLoad } from './load-context.ts'
import { measure } from './measure.ts'
import { preflight, requireClear } from './preflight.ts'
import { type Published, publishRun } from './publish.ts'
import type { LoadRequest } from './request.ts'

export interface JudgedLoad {
  /** Open as long as the context that the load was given. */
  readonly load: LoadContext
  readonly published: Published
}

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
  place: LoadPlace | null = null,
): Promise<JudgedLoad> {
  const prepared = await prepareLoad(run, request, place?.targets)
  const findings = await preflight(run, prepared)
  requireClear(findings)
  announce(run, prepared, findings)

  const load = await openLoad(run, prepared, request.enforce, place?.folder)
  const measured = await measure(load)
  const { comparison, baseline } = await compareLoad(load, measured, request.compare)
  const verdict = judge(measured, { strict: request.strict, comparison })

  const { folder, host, mask } = load
  const { reports } = request
  const published = await publishRun(measured, verdict, { folder, cwd: host.cwd, mask, reports, baseline })
  return { load, published }
}
