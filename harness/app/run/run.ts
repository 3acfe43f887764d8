/**
 * A run, in order:
 *   1 open       ids, state store and progress: the context that every step is given
 *   2 load       prepare, preflight, measure, compare, judge, publish: `load.ts`
 *   3 act        alerts, and on NO-GO the rollback; what became of it is appended
 *   4 tell       the verdict stands: whoever waits for it is told, then alerts are waited for
 *   5 remember   the history
 * An attempt that came to nothing for the sake of the generator is published, remembered, and made again: `attempts.ts`.
 */
import { HarnessError } from '../../base/errors.ts'
import type { EarlierAttempt } from '../../model/attempt.ts'
import type { Host } from '../../ports/host.ts'
import { actOnVerdict, finishAlerts } from './act-on-verdict.ts'
import { type Attempted, untilBelieved } from './attempts.ts'
import { withRunContext } from './context.ts'
import { tellDrift } from './drift.ts'
import { judgeLoad } from './load.ts'
import type { RunProgress } from './progress.ts'
import { type FinishedRun, publishRun } from './publish.ts'
import { remember } from './remember.ts'
import type { RunRequest } from './request.ts'

/** Runs a scenario to its verdict. @throws HarnessError when no load could be sent; INTERRUPTED when it was asked to stop before */
export function runScenario(request: RunRequest, host: Host, progress: RunProgress): Promise<FinishedRun> {
  return untilBelieved(request, {
    make: (earlier, mayRepeat) => attempt(request, earlier, mayRepeat, host, progress),
    async settle({ measured, judged, options }) {
      const published = await publishRun(measured, judged, { ...options, reports: request.reports })
      await request.onJudged?.(published)
      return published
    },
  })
}

/** @param mayRepeat whether another attempt would follow, should the generator be at fault */
function attempt(
  request: RunRequest,
  earlier: readonly EarlierAttempt[],
  mayRepeat: boolean,
  host: Host,
  progress: RunProgress,
): Promise<Attempted> {
  return withRunContext(request, host, progress, async (run) => {
    const judged = await judgeLoad(run, request, { earlier, mayRepeat })
    const { isToBeRepeated } = judged
    const acted = isToBeRepeated ? judged.published : await actOnVerdict(judged)
    if (!isToBeRepeated) await request.onJudged?.(acted)
    judged.load.outputs?.finish(acted)
    if (request.history !== null && !isToBeRepeated) await tellDrift(judged.load, acted, request.history)
    const published = await finishAlerts(judged, acted)
    for (const failure of published.failures) run.note(failure)
    if (request.history !== null) await remember(run, published, request.history)
    if (isToBeRepeated)
      run.note(
        `attempt ${earlier.length + 1} is INCONCLUSIVE, the run is made again: ${published.verdict.reasons[0]?.message}`,
      )
    return { published, isToBeRepeated }
  })
}

/** A run that is part of a comparison has to be whole. @throws HarnessError INTERRUPTED when its load was cut short */
export function requireWhole(finished: FinishedRun): FinishedRun {
  const { status, runId } = finished.record
  if (status === 'interrupted') throw new HarnessError('INTERRUPTED', `run ${runId} was cut short`)
  return finished
}
