/** Preflight without a load: `proofload preflight`. */
import type { Host } from '../../ports/host.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { withRunContext } from './context.ts'
import { planLoad } from './launch-targets.ts'
import { type CheckedPlaces, checkAndLaunch } from './preflight.ts'
import { SILENT_PROGRESS } from './progress.ts'
import type { RunSurroundings, ScenarioRequest } from './request.ts'

/**
 * Runs every check, and launches the targets for those that ask them, unless something blocks the run before.
 * @throws HarnessError SCENARIO_*, TARGET_LAUNCH_FAILED, INTERRUPTED; and whatever the comparer requires
 */
export function preflightOnly(
  request: ScenarioRequest & RunSurroundings & CheckedPlaces,
  host: Host,
): Promise<readonly PreflightFinding[]> {
  return withRunContext(request, host, SILENT_PROGRESS, async (run) => {
    const { findings } = await checkAndLaunch(run, await planLoad(run, request), request)
    return findings
  })
}
