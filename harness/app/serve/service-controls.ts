/** A service as programs reach it. */
import type { StopRequest } from '../../base/stop-request.ts'
import { verdictDocument } from '../../model/verdict.ts'
import type { HistorySources } from '../../web/history/sources.ts'
import type { ServiceControls } from '../../web/server/service-controls.ts'
import { VERSION } from '../run/version.ts'
import { Gates } from './gates.ts'
import type { OneRun } from './one-run.ts'
import type { Schedules } from './schedules.ts'

export interface ServiceParts {
  readonly runner: OneRun
  readonly plan: Schedules
  readonly sources: Pick<HistorySources, 'runReport'>
  readonly stop: StopRequest
}

const OUTCOMES = ['GO', 'NO_GO', 'INCONCLUSIVE', 'failed'] as const

/** Connects the interface for programs with the runs of a service. */
export function serviceControls({ runner, plan, sources, stop }: ServiceParts): ServiceControls {
  const { kept, launch } = runner
  const gates = new Gates(launch)
  return {
    isClosing: () => stop.level !== 'none',
    figures: () => ({
      version: VERSION,
      isRunning: runner.isRunning,
      counts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, kept.countOf(outcome)])),
      last: kept.last,
      schedules: plan.told,
    }),
    scenarios: () => runner.starter.scenarios(),
    schedules: () => plan.told,
    async launch(wanted) {
      const run = await launch({ ...wanted, alerts: null, by: 'api' })
      return typeof run === 'string' ? run : run.told
    },
    runs: () => kept.all,
    async run(id, waitMs, signal) {
      const run = kept.get(id)
      if (run?.told.state === 'running' && waitMs > 0) await run.wait(waitMs, signal)
      return run?.told ?? null
    },
    stop: runner.stopRun,
    async verdict(id) {
      if (kept.get(id)?.told.state === 'running') return null
      const found = await sources.runReport(id)
      return found === null ? null : verdictDocument(found.verdict)
    },
    gate: (rollout, wanted, signal) => gates.ask(rollout, wanted, signal),
  }
}
