/** The look at the history of a run's scenario: whether a metric has crept away, and who is told. */
import { driftAlert, driftKeyOf } from '../../analysis/drift-alert.ts'
import { trendOf } from '../../analysis/trend.ts'
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import { untilNextPress } from '../../base/stop-request.ts'
import type { TrendPoint } from '../../model/history.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { COMPARED_METRICS, type ComparedMetric } from '../../model/run-summary.ts'
import type { HistoryStore } from '../../store/history/history-store.ts'
import { withHistory } from '../history/history.ts'
import type { LoadContext } from './load-context.ts'
import type { Published } from './publish.ts'
import type { HistoryRef } from './request.ts'

/** The time limit for reading the history. */
const READ_MS_MAX = 10_000

/** Raises the alerts of metrics that have drifted, and resolves those that are well again. Never rejects. */
export async function tellDrift(
  { controls, plan, host, stop, note }: LoadContext,
  { measured, verdict }: Published,
  { store }: HistoryRef,
): Promise<void> {
  const isTold = controls.isActing && Object.keys(plan.alerts.channels).length > 0
  if (!isTold || measured.status !== 'complete' || !verdict.validity.valid) return
  const { alerting } = controls
  try {
    const limit = resilient({ attempts: 1, timeoutMs: READ_MS_MAX, pauseMs: 0, breaker: null })
    const trends = await untilNextPress(stop, 'while the history was read', () =>
      limit.execute(() => withHistory(store, host.cwd, (history) => trendsOf(history, measured))),
    )
    const at = isoOf(host.clock.wallMs())
    for (const trend of trends) {
      const alert = driftAlert(measured, trend, at)
      const isWell = trend.anchor?.state === 'OK'
      if (alert !== null) alerting.raise(alert)
      else if (isWell)
        alerting.resolve(driftKeyOf(plan.scenario, trend.metric), at, 'it is as it was at first')
    }
  } catch (error) {
    note(`no drift was looked for: ${messageOf(error)}`)
  }
}

/** The trend of each metric, the run at hand as its newest point. */
async function trendsOf(history: HistoryStore, measured: RunRecord) {
  const { scenario, loadHash } = measured
  const before = await history.newestSetting(scenario)
  // Runs of another load do not compare.
  if (before === null || before.loadHash !== loadHash) return []
  const trends = []
  for (const metric of COMPARED_METRICS) {
    const point = pointOf(measured, metric)
    if (point !== null) trends.push(trendOf(metric, [...(await history.trend(scenario, metric)), point]))
  }
  return trends
}

function pointOf(
  { runId, startedAt, environment, summaries }: RunRecord,
  metric: ComparedMetric,
): TrendPoint | null {
  const figure = summaries.all.metrics[metric]
  if (figure === undefined) return null
  return { id: runId, startedAt, build: null, session: environment.bootId ?? runId, ...figure }
}
