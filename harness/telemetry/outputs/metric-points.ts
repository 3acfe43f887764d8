/** The figures of a run so far as points for monitoring systems: the one translation that every output encodes. Pure. */
import type { MeasuredCell } from '../../analysis/measured-cells.ts'
import type { DispatchCounts, StepCounts } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { MetricPoint } from '../../model/metric-point.ts'
import type { RunPlan } from '../../model/plan.ts'
import { cellPoints } from './cell-points.ts'
import { FAMILIES } from './families.ts'
import { generatorPoints, type ShardHealth } from './generator-points.ts'
import { createLabels, type Detail, type LabelSource } from './labels.ts'
import { stepPoints } from './step-points.ts'

/** An objective by now. */
export interface ObjectiveFigure {
  readonly id: string
  readonly severity: string
  /** The objective as its author wrote it. */
  readonly expect: string
  /** 0 ok, 1 pending, 2 firing, 3 recovering, -1 not watched. */
  readonly state: number
  /** In base units; null before anything was measured. */
  readonly value: number | null
  readonly bound: number
  /** Null for objectives without a budget. */
  readonly budgetLeftRatio: number | null
}

/** The failures of an output. */
export interface OutputFigure {
  readonly output: string
  readonly droppedCount: number
  readonly failureCount: number
}

/** Everything that is told of a run at one instant. */
export interface RunFigures {
  readonly plan: RunPlan
  readonly steps: readonly StepCounts[]
  readonly cells: readonly MeasuredCell[]
  readonly dispatch: DispatchCounts
  /** The last interval; null before the first. */
  readonly interval: MergedInterval | null
  readonly shards: readonly ShardHealth[]
  /** The demanded starts a second; null for a closed model. */
  readonly targetRate: number | null
  readonly objectives: readonly ObjectiveFigure[]
  /** 0 preparing, 1 warm-up, 2 measured, 3 draining, 4 done. */
  readonly state: number
  /** 1 GO, 0 NO-GO, -1 INCONCLUSIVE; null while there is none. */
  readonly verdict: number | null
  /** Identity of the run. */
  readonly info: Readonly<Record<string, string>>
  readonly outputs: readonly OutputFigure[]
}

/** Translates figures. @param common labels of every point */
export function metricPoints(
  figures: RunFigures,
  common: Readonly<Record<string, string>>,
  detail: Detail,
): MetricPoint[] {
  const labels = createLabels(figures, common)
  return [
    ...stepPoints(figures.steps, labels, detail),
    ...cellPoints(figures, labels, detail),
    ...dispatchPoints(figures, labels),
    ...loadPoints(figures, labels),
    ...objectivePoints(figures.objectives, labels),
    ...generatorPoints(figures, labels),
    ...runPoints(figures, labels),
  ]
}

function dispatchPoints({ dispatch }: RunFigures, { common }: LabelSource): MetricPoint[] {
  const { planned, started, dropped, lateStarts, iterations } = FAMILIES
  return [
    { family: planned, labels: common, value: dispatch.planned },
    { family: started, labels: common, value: dispatch.started },
    { family: dropped, labels: common, value: dispatch.dropped },
    { family: lateStarts, labels: common, value: dispatch.lateStarts },
    { family: iterations, labels: common, value: dispatch.iterations },
  ]
}

/** Values of this moment. Agents are told by region where there are regions. */
function loadPoints({ interval, targetRate }: RunFigures, { common }: LabelSource): MetricPoint[] {
  const rate = targetRate === null ? [] : [{ family: FAMILIES.targetRate, labels: common, value: targetRate }]
  if (interval === null) return rate
  const regions = Object.entries(interval.regions)
  const agents =
    regions.length === 0
      ? [{ family: FAMILIES.activeAgents, labels: common, value: interval.activeAgents }]
      : regions.map(([region, value]) => ({
          family: FAMILIES.activeAgents,
          labels: { ...common, region },
          value,
        }))
  return [
    ...rate,
    ...agents,
    { family: FAMILIES.inFlight, labels: common, value: interval.inFlight },
    { family: FAMILIES.backlog, labels: common, value: interval.backlog },
  ]
}

function objectivePoints(objectives: readonly ObjectiveFigure[], { common }: LabelSource): MetricPoint[] {
  return objectives.flatMap(({ id, severity, expect, state, value, bound, budgetLeftRatio }) => {
    const labels = { ...common, objective: id }
    return [
      { family: FAMILIES.objectiveState, labels: { ...labels, severity }, value: state },
      { family: FAMILIES.objectiveBound, labels, value: bound },
      { family: FAMILIES.objectiveInfo, labels: { ...labels, expect }, value: 1 },
      ...(value === null ? [] : [{ family: FAMILIES.objectiveValue, labels, value }]),
      ...(budgetLeftRatio === null
        ? []
        : [{ family: FAMILIES.errorBudgetLeft, labels, value: budgetLeftRatio }]),
    ]
  })
}

function runPoints({ state, verdict, info, outputs }: RunFigures, { common }: LabelSource): MetricPoint[] {
  return [
    { family: FAMILIES.runInfo, labels: { ...common, ...info }, value: 1 },
    { family: FAMILIES.runState, labels: common, value: state },
    ...(verdict === null ? [] : [{ family: FAMILIES.runVerdict, labels: common, value: verdict }]),
    ...outputs.flatMap(({ output, droppedCount, failureCount }) => [
      { family: FAMILIES.outputDropped, labels: { ...common, output }, value: droppedCount },
      { family: FAMILIES.outputFailures, labels: { ...common, output }, value: failureCount },
    ]),
  ]
}
