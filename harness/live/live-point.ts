/** One second of the series of a watched run; neighbours become one when the series gets long. */
import { sum } from 'simple-statistics'
import { addTallies } from '../base/add-numbers.ts'
import { joinByName, joinKnown } from '../measure/join-intervals.ts'
import type { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { LivePoint } from '../model/live-view.ts'
import type { MergedInterval } from '../model/merged-interval.ts'

/** @param latest response times of the interval */
export function pointOf(interval: MergedInterval, latest: SparseHistogram): LivePoint {
  const { startMs, endMs, dispatch, errors, components, target } = interval
  const perSec = (count: number) => count / Math.max(0.001, (endMs - startMs) / 1000)
  const at = (quantile: number) => (latest.count === 0 ? null : latest.quantileUs(quantile) / 1000)
  return {
    atMs: endMs,
    plannedPerSec: perSec(dispatch.planned),
    startedPerSec: perSec(dispatch.started),
    requestsPerSec: perSec(latest.count),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    errorsPerSec: mapped(errors, perSec),
    componentMs: mapped(components, ({ count, sumUs }) => sumUs / 1000 / Math.max(1, count)),
    targetCpuCores: target?.cpuCores ?? null,
    targetRssBytes: target?.rssBytes ?? null,
    startDelayP99Ms: interval.startDelayP99Ms,
    activeAgents: interval.activeAgents,
  }
}

/** Neighbours of equal length as one: rates are their means, times and what the target uses the worst of them. At least one. */
export function joinPoints(points: readonly LivePoint[]): LivePoint {
  const last = points.at(-1) as LivePoint
  if (points.length === 1) return last
  const mean = (pick: (point: LivePoint) => number) => sum(points.map(pick)) / points.length
  const worst = (pick: (point: LivePoint) => number | null) =>
    points.map(pick).reduce((a, b) => joinKnown(a, b, Math.max))
  return {
    ...last,
    plannedPerSec: mean(({ plannedPerSec }) => plannedPerSec),
    startedPerSec: mean(({ startedPerSec }) => startedPerSec),
    requestsPerSec: mean(({ requestsPerSec }) => requestsPerSec),
    p50Ms: worst(({ p50Ms }) => p50Ms),
    p95Ms: worst(({ p95Ms }) => p95Ms),
    p99Ms: worst(({ p99Ms }) => p99Ms),
    errorsPerSec: mapped(
      addTallies(points.map(({ errorsPerSec }) => errorsPerSec)),
      (rate) => rate / points.length,
    ),
    componentMs: points.map(({ componentMs }) => componentMs).reduce((a, b) => joinByName(a, b, Math.max)),
    targetCpuCores: worst(({ targetCpuCores }) => targetCpuCores),
    targetRssBytes: worst(({ targetRssBytes }) => targetRssBytes),
    startDelayP99Ms: worst(({ startDelayP99Ms }) => startDelayP99Ms),
  }
}

function mapped<From>(record: Readonly<Record<string, From>>, map: (value: From) => number) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
