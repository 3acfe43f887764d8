/**
 * A run, in order:
 *   1 open       ids, state store and progress: the context that every step is given
 *   2 load       prepare, preflight, measure, compare, judge, publish: `load.ts`
 *   3 act        on NO-GO alerts and the rollback; what became of it is appended
 *   4 tell       the verdict stands: whoever waits for it is told, then alerts are waited for
 *   5 remember   the history
 */
import { HarnessError } from '../../base/errors.ts'
import type { Host } from '../../ports/host.ts'
import { actOnVerdict, finishAlerts } from './act-on-verdict.ts'
import { withRunContext } from './context.ts'
import { judgeLoad } from './load.ts'
import type { RunProgress } from './progress.ts'
import type { FinishedRun } from './publish.ts'
import { remember } from './remember.ts'
import type { RunRequest } from './request.ts'

/** Runs a scenario to its verdict. @throws HarnessError when no load could be sent; INTERRUPTED when it was asked to stop before */
export function runScenario(request: RunRequest, host: Host, progress: RunProgress): Promise<FinishedRun> {
  return withRunContext(request, host, progress, async (run) => {
    const judged = await judgeLoad(run, request)
    const acted = await actOnVerdict(judged)
    await request.onJudged?.(acted)
    const finished = await finishAlerts(judged, acted)
    for (const failure of finished.failures) run.note(failure)
    if (request.history !== null) await remember(run, finished, request.history)
    return finished
  })
}

/** A run that is part of a comparison has to be whole. @throws HarnessError INTERRUPTED when its load was cut short */
export function requireWhole(finished: FinishedRun): FinishedRun {
  const { status, runId } = finished.record
  if (status === 'interrupted') throw new HarnessError('INTERRUPTED', `run ${runId} was cut short`)
  return finished
}
