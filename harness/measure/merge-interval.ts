/** Merges one interval of all shards. */
import { addNumbers, addTallies } from '../base/add-numbers.ts'
import { lowestOfBucket } from '../base/histogram.ts'
import {
  type CellDelta,
  type CellMetric,
  type IntervalSnapshot,
  NO_DISPATCH,
  type ShardSpans,
} from '../model/interval-snapshot.ts'
import type { IntervalStep, MergedInterval } from '../model/merged-interval.ts'
import { isServed } from '../model/outcome.ts'
import { addWorkloads } from './counts.ts'
import { DenseHistogram } from './dense-histogram.ts'
import { joinSpans } from './join-intervals.ts'
import { totalOf } from './sparse-counts.ts'

/** The resources in an interval, measured outside the shards. */
export type IntervalResources = Pick<MergedInterval, 'generator' | 'target' | 'probes'>

const NO_SPANS: ShardSpans = { answered: null, lost: null }

/** Adds up the counts of the shards in one interval; of their health it keeps the worst. */
export function mergeInterval(
  snapshots: readonly IntervalSnapshot[],
  frame: IntervalResources & Pick<MergedInterval, 'startMs' | 'endMs' | 'phase' | 'consumerLag'>,
): MergedInterval {
  const sum = (pick: (snapshot: IntervalSnapshot) => number) =>
    snapshots.reduce((total, snapshot) => total + pick(snapshot), 0)
  const worst = (pick: (snapshot: IntervalSnapshot) => number) =>
    snapshots.reduce((most, snapshot) => Math.max(most, pick(snapshot)), 0)
  const worstKnown = (pick: (snapshot: IntervalSnapshot) => number | null) =>
    snapshots.some((snapshot) => pick(snapshot) !== null) ? worst((snapshot) => pick(snapshot) ?? 0) : null
  return {
    ...frame,
    dispatch: snapshots.reduce((total, { dispatch }) => addNumbers(total, dispatch), NO_DISPATCH),
    ...snapshots.reduce<ReturnType<typeof addWorkloads>>(
      (sums, { workloads }) => addWorkloads(sums.workloads, workloads),
      {},
    ),
    activeAgents: sum(({ gauges }) => gauges.activeAgents),
    backlog: sum(({ gauges }) => gauges.backlog),
    inFlight: sum(({ gauges }) => gauges.inFlight),
    regions: addTallies(snapshots.map(({ gauges }) => gauges.regions)),
    steps: stepsOf(snapshots),
    errors: addTallies(snapshots.flatMap(({ steps }) => steps.map(({ errors }) => errors))),
    components: componentsOf(snapshots),
    startDelayP99Ms: startDelayP99MsOf(snapshots),
    lowerBoundFromMs: lowerBoundFromMsOf(snapshots),
    spans: snapshots.map(({ spans }) => spans).reduce(joinSpans, NO_SPANS),
    health: {
      eventLoopUtilization: worst(({ health }) => health.eventLoopUtilization),
      loopDelayMaxMs: worst(({ health }) => health.loopDelayMaxMs),
      gcPauseMaxMs: worst(({ health }) => health.gcPauseMaxMs),
      cpuRatio: worstKnown(({ health }) => health.cpuRatio),
      runQueueWaitRatio: worstKnown(({ health }) => health.runQueueWaitRatio),
    },
  }
}

const NO_ENDS = { ok: 0, failed: 0, errored: 0, timedOut: 0, aborted: 0 }

function stepsOf(snapshots: readonly IntervalSnapshot[]): Record<string, IntervalStep> {
  const steps = new Map<string, { ends: typeof NO_ENDS; readonly times: DenseHistogram }>()
  const stepOf = (name: string) => {
    const step = steps.get(name) ?? { ends: NO_ENDS, times: new DenseHistogram() }
    steps.set(name, step)
    return step
  }
  for (const snapshot of snapshots) {
    for (const { step: name, ok, failed, errored, timedOut, aborted } of snapshot.steps) {
      const step = stepOf(name)
      step.ends = addNumbers(step.ends, { ok, failed, errored, timedOut, aborted })
    }
    for (const { key, counts } of snapshot.cells)
      if (key.metric === 'response_time' && isServed(key.outcome)) stepOf(key.step).times.add(counts)
  }
  // Packed: a long run holds many of them.
  const stepped = [...steps].map(
    ([name, { ends, times }]) => [name, { ...ends, counts: new Uint32Array(times.sparse().counts) }] as const,
  )
  return Object.fromEntries(stepped)
}

const NO_TIME = { count: 0, sumUs: 0 }

function componentsOf(snapshots: readonly IntervalSnapshot[]): MergedInterval['components'] {
  const sums = new Map<string, typeof NO_TIME>()
  for (const { key, counts, sumUs } of cellsOf(snapshots, 'component_time')) {
    const sum = sums.get(key.component) ?? NO_TIME
    sums.set(key.component, addNumbers(sum, { count: totalOf(counts), sumUs }))
  }
  return Object.fromEntries(sums)
}

function startDelayP99MsOf(snapshots: readonly IntervalSnapshot[]): number | null {
  const cells = cellsOf(snapshots, 'start_delay')
  if (cells.length === 0) return null
  const histogram = new DenseHistogram()
  for (const { counts } of cells) histogram.add(counts)
  return histogram.sparse().quantileUs(0.99) / 1000
}

/** Returns the shortest response time, ms, of the requests that timed out or were never answered; null when there are none. */
function lowerBoundFromMsOf(snapshots: readonly IntervalSnapshot[]): number | null {
  const firstsUs = cellsOf(snapshots, 'response_time').flatMap(({ key, counts }) =>
    key.outcome === 'timed-out' && counts.length > 0 ? [lowestOfBucket(counts[0] as number)] : [],
  )
  return firstsUs.length === 0 ? null : Math.min(...firstsUs) / 1000
}

function cellsOf(snapshots: readonly IntervalSnapshot[], metric: CellMetric): CellDelta[] {
  return snapshots.flatMap(({ cells }) => cells.filter(({ key }) => key.metric === metric))
}
