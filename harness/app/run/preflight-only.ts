/** Preflight without a load: `proofload preflight`. */
import type { Host } from '../../ports/host.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { withRunContext } from './context.ts'
import { prepareLoad } from './launch-targets.ts'
import { preflight } from './preflight.ts'
import { SILENT_PROGRESS } from './progress.ts'
import type { RunSurroundings, ScenarioRequest } from './request.ts'

/** Launches the targets, runs every check, stops the targets. @throws HarnessError SCENARIO_*, TARGET_LAUNCH_FAILED, INTERRUPTED */
export function preflightOnly(
  request: ScenarioRequest & RunSurroundings,
  host: Host,
): Promise<readonly PreflightFinding[]> {
  return withRunContext(request, host, SILENT_PROGRESS, async (run) =>
    preflight(run, await prepareLoad(run, request)),
  )
}
