/** Tells from the searches of a history how long a system holds a demand. It sends no load. */
import { resolve } from 'node:path'
import { demandFuture } from '../../analysis/capacity/demand-future.ts'
import { valueAt } from '../../analysis/comparison/metric-scale.ts'
import { trendOf } from '../../analysis/trend.ts'
import { isoOf, wallMsOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import type { CapacityControl } from '../../model/capacity.ts'
import type { CapacityForecast } from '../../model/capacity-forecast.ts'
import type { Host } from '../../ports/host.ts'
import { createRunFolder } from '../../store/run-folder.ts'
import { WrittenFiles } from '../../store/written-files.ts'
import { withHistory } from '../history/history.ts'
import { type DemandWish, demandOf } from './demand.ts'
import { forecastReports } from './forecast-reports.ts'

export interface ForecastRequest {
  /** Its name in the history. */
  readonly scenario: string
  readonly by: CapacityControl
  readonly demand: DemandWish
  /** History: a file, or `postgres://...`. */
  readonly store: string
  /** Folder for reports. */
  readonly outDir: string
  /** Names. */
  readonly reports: readonly string[]
}

export interface PublishedForecast {
  readonly forecast: CapacityForecast
  /** Paths by name; `record` is `forecast.json`. */
  readonly files: Readonly<Record<string, string>>
  readonly failures: readonly string[]
  readonly exitCode: number
}

/** Folder of the forecast of a scenario, beside those of its searches: each takes the place of the one before. */
const FOLDER = 'capacity-forecast'
const RECORD_FILE = 'forecast.json'
/** Searches that are looked at. */
const SEARCHES_MAX = 50
const MONTH_MS = (365.25 / 12) * 86_400_000

/** @throws HarnessError RECORD_NOT_FOUND without a confirmed search; HISTORY_UNUSABLE, TARGET_UNREACHABLE, USAGE, REPORT_UNWRITABLE */
export async function forecastCapacity(request: ForecastRequest, host: Host): Promise<PublishedForecast> {
  const { scenario, by, demand: wish } = request
  const stored = await storedSearches(request, host.cwd)
  const given = await demandOf(wish, host)
  const future = demandFuture(
    stored.searches.map(({ safe }) => safe),
    given,
  )
  const atMs = host.clock.wallMs()
  const { endsInMonths } = future
  const forecast: CapacityForecast = {
    ...{ schemaVersion: 1, scenario, by, at: isoOf(atMs), ...given },
    demandQuery: typeof wish.demand === 'number' ? null : wish.demand.query,
    ...stored,
    ...future,
    endsOn: endsInMonths === null ? null : isoOf(atMs + endsInMonths.value * MONTH_MS),
  }
  const folder = await createRunFolder(resolve(host.cwd, request.outDir), scenario, FOLDER)
  try {
    const written = new WrittenFiles(folder)
    await written.write('record', RECORD_FILE, () => `${JSON.stringify(forecast)}\n`)
    for (const { name, fileName, render } of request.reports.map((report) => forecastReports.get(report)))
      await written.write(name, fileName, () => render(forecast))
    const { paths, failures } = written
    return { forecast, files: paths, failures, exitCode: written.exitCode(0) }
  } finally {
    folder.close()
  }
}

/** Reads the searches of the newest load since its capacity last changed. */
function storedSearches(
  { scenario, by, store }: ForecastRequest,
  cwd: string,
): Promise<Pick<CapacityForecast, 'searches' | 'olderCount' | 'requestsPerStart'>> {
  const metric = by === 'rate' ? 'safe_rate' : 'safe_agents'
  return withHistory(store, cwd, async (history) => {
    const points = await history.trend(scenario, metric, undefined, SEARCHES_MAX)
    const last = points.at(-1)
    if (last === undefined)
      throw new HarnessError(
        'RECORD_NOT_FOUND',
        `the history has no confirmed search for a capacity of ${scenario}`,
        {
          hint: `Search first: proofload capacity SCENARIO. Names are those of: proofload history list --kind capacity.`,
        },
      )
    const changedAt = trendOf(metric, points).changes.map(({ run }) => wallMsOf(run.startedAt))
    const fromMs = Math.max(Number.NEGATIVE_INFINITY, ...changedAt)
    const kept = points.filter(({ startedAt }) => wallMsOf(startedAt) >= fromMs)
    const entry = await history.entry(last.id)
    return {
      searches: kept.map(({ id, startedAt, build, y }) => ({
        ...{ id, startedAt, build },
        safe: valueAt(metric, y).value,
      })),
      olderCount: points.length - kept.length,
      requestsPerStart: entry?.kind === 'capacity' ? entry.requestsPerStart : null,
    }
  })
}
