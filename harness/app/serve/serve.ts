/** A service that stays: runs are started from its pages, by programs, by rollouts and by the clock, one at a time, in this process. */
import { resolve } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import type { Host } from '../../ports/host.ts'
import { readProjectConfig } from '../../scenario/project-config.ts'
import type { Schedule } from '../../scenario/schedules-schema.ts'
import { historyPages } from '../../web/history/history-pages.ts'
import { withHistory } from '../history/history.ts'
import { poolStatus } from '../pool/pool-status.ts'
import { VERSION } from '../run/version.ts'
import { openDashboard } from './dashboard.ts'
import { historySources } from './history-pages.ts'
import { OneRun } from './one-run.ts'
import { Schedules } from './schedules.ts'
import type { ServeObserver, ServeRequest, Serving } from './serve-request.ts'
import { serviceControls } from './service-controls.ts'

/** Serves for as long as `body` takes. @throws HarnessError when the dashboard or the history cannot be opened */
export async function serve(
  request: ServeRequest,
  host: Host,
  observer: ServeObserver,
  body: (serving: Serving) => Promise<void>,
): Promise<void> {
  await withHistory(
    request.store,
    host.cwd,
    async (history) => {
      const reportsFolder = resolve(host.cwd, request.outDir)
      const baselinesFolder = resolve(host.cwd, request.baselines)
      const { schedules = {} } = await readProjectConfig(host.cwd)
      const runner = new OneRun(request, host, observer)
      const { stop, starter } = runner
      requireScheduled(schedules, await starter.scenarios())
      const { pool: ref } = request
      const pool = ref === null ? null : () => poolStatus(ref, VERSION, host)
      const places = { history, reportsFolder, baselinesFolder, pool, startable: starter.scenarios }
      const sources = historySources(places)
      const plan = new Schedules(schedules, {
        clock: host.clock,
        say: observer.onNote,
        start: runner.startBy,
      })
      const controls = serviceControls({ runner, plan, sources, stop: request.stop })
      const dashboard = await openDashboard(
        request,
        { stop, starter },
        { history: historyPages(sources), programs: { controls, token: request.apiToken } },
        host,
      )
      runner.openOn(dashboard.board)
      try {
        const scenarioCount = (await starter.scenarios()).length
        await body({ ...dashboard, scenarioCount, schedules: plan.told, over: runner.over() })
      } finally {
        plan.close()
        await dashboard.close()
      }
    },
    request.stop,
  )
}

/** A night must not be the first to find a wrong name. @throws HarnessError CONFIG_INVALID */
function requireScheduled(schedules: Readonly<Record<string, Schedule>>, known: readonly string[]): void {
  const problems = Object.entries(schedules)
    .filter(([, { scenario }]) => !known.includes(scenario))
    .map(([name, { scenario }]) => {
      const nearest = nearestName(scenario, known)
      const message = `there is no scenario ${scenario} in the folder of the scenarios`
      return { path: `schedules.${name}.scenario`, message, ...(nearest === undefined ? {} : { nearest }) }
    })
  if (problems.length === 0) return
  throw new HarnessError('CONFIG_INVALID', 'a schedule names a scenario that is not there', {
    problems,
    hint: 'Names are those of files in the folder that --scenarios names: nightly/checkout.yaml.',
  })
}
