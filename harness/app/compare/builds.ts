/** A build under test as a process of ours: started anew for every run. */
import type { Clock } from '../../base/clock.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import type { BuildPlan } from '../../model/plan.ts'
import { startServer } from '../../system/start-server.ts'

export interface RunningBuild {
  /** Safe to call twice. */
  stop(): Promise<void>
}

/** @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED, nothing left running */
export function startBuild(
  { url, command, readyMs }: BuildPlan,
  clock: Clock,
  cwd: string,
  stop: StopRequest,
): Promise<RunningBuild> {
  if (command === null) return Promise.resolve({ stop: () => Promise.resolve() })
  const server = {
    what: `the build '${command}'`,
    whenTaken: 'Stop it: every run starts its own process of the build.',
    status: null,
  }
  return startServer({ ...server, command, url, readyMs }, { clock, cwd, stop })
}
