/** Figures of runs as outputs get them; say only what matters. */
import type { Measured } from '../../harness/analysis/measured-view.ts'
import { figuresOf, type LastSecond, RUN_STATES } from '../../harness/app/run/run-figures.ts'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import type { MetricBatch, MetricPoint } from '../../harness/model/metric-point.ts'
import type { RunPlan } from '../../harness/model/plan.ts'
import type { Detail } from '../../harness/telemetry/outputs/labels.ts'
import { metricPoints, type RunFigures } from '../../harness/telemetry/outputs/metric-points.ts'
import { aPlan } from './builders.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from './snapshots.ts'

/** Every label that there may be. */
export const ALL_LABELS: Detail = { componentsByStep: false, delaysByStep: true, errorsByStep: true }

/** The figures after some seconds. */
export function figuresAfter(
  seconds: readonly IntervalSnapshot[],
  changes: { readonly plan?: RunPlan } & Partial<Omit<RunFigures, 'plan'>> = {},
): RunFigures {
  const plan = changes.plan ?? aPlan()
  const merger = new SnapshotMerger()
  let last: LastSecond | null = null
  const totals = (): Measured & Pick<SnapshotMerger, 'dispatch'> => ({
    ...merger.measured(plan),
    dispatch: merger.dispatch,
  })
  for (const snapshot of seconds)
    last = { interval: merger.add([snapshot], 'steady', RESOURCES), snapshots: [snapshot], totals }
  if (last === null) throw new Error('no second')
  const figures = figuresOf(plan, last, {
    state: RUN_STATES.measured,
    verdict: null,
    info: { run_id: 'run-1' },
    outputs: [],
    objectiveStates: new Map(),
    isWatching: true,
  })
  return { ...figures, ...changes, plan }
}

/** Two seconds of a step with all there is to tell. */
export function twoSeconds(): IntervalSnapshot[] {
  return [0, 1].map((sequence) =>
    aSnapshot({
      sequence,
      steps: [aStep({ ok: 3, timedOut: 1, started: 4, bytesSent: 10, errors: { 'timeout-total': 1 } })],
      cells: [
        aCell([100, 1, 1500, 2]),
        aCell([2000, 1], { outcome: 'timed-out' }),
        aCell([50, 4], { metric: 'start_delay', outcome: '' }),
        aCell([90, 3], { metric: 'component_time', outcome: '', component: 'db' }),
        aCell([7, 2], { metric: 'output_tokens', outcome: '' }),
        aCell([1, 3], { metric: 'hits', outcome: '' }),
      ],
      gauges: { activeAgents: 5, backlog: 1, inFlight: 2, regions: {} },
    }),
  )
}

export function pointsOf(figures: RunFigures, detail = ALL_LABELS): MetricPoint[] {
  return metricPoints(figures, { scenario: figures.plan.scenario }, detail)
}

/** A batch of these seconds, at some instant of 2026. */
export function aBatch(
  seconds = twoSeconds(),
  changes: Parameters<typeof figuresAfter>[1] = {},
): MetricBatch {
  const startMs = 1_790_000_000_000
  const points = pointsOf(figuresAfter(seconds, changes))
  return { points, startMs, atMs: startMs + seconds.length * 1000 }
}

/** The total of a counter over all series that have these labels. */
export function totalOf(
  points: readonly MetricPoint[],
  key: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return points
    .filter(
      ({ family, labels: of }) =>
        family.key === key && Object.entries(labels).every(([name, value]) => of[name] === value),
    )
    .reduce((sum, point) => sum + ('value' in point ? point.value : point.histogram.count), 0)
}
