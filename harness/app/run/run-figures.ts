/** The figures of a load by now, for outputs: collected from what the coordinator has merged. */
import { errorBudget } from '../../analysis/error-budget.ts'
import { sampleCountOf } from '../../analysis/evaluate.ts'
import { type Measured, MeasuredView } from '../../analysis/measured-view.ts'
import { metricValue } from '../../analysis/metric-values.ts'
import { shareClaimOf } from '../../analysis/share-claim.ts'
import { OBJECTIVE_STATES, type ObjectiveStateName } from '../../model/enforcement.ts'
import type { DispatchCounts, IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { ObjectivePlan, RunPlan } from '../../model/plan.ts'
import type { ObjectiveFigure, RunFigures } from '../../telemetry/outputs/metric-points.ts'
import { plannedRateAt } from '../../workloads/planned-rate.ts'

/** The last second that was closed. */
export interface LastSecond {
  readonly interval: MergedInterval
  readonly snapshots: readonly IntervalSnapshot[]
  /** Returns everything so far, late counts included. */
  readonly totals: () => Measured & { readonly dispatch: DispatchCounts }
}

/** The states of a run, as `proofload_run_state` numbers them. */
export const RUN_STATES = { preparing: 0, warmUp: 1, measured: 2, draining: 3, done: 4 } as const

/** Facts besides what was measured. */
export interface AboutRun extends Pick<RunFigures, 'state' | 'verdict' | 'info' | 'outputs'> {
  /** By the id of the objective; those that changed. */
  readonly objectiveStates: ReadonlyMap<string, ObjectiveStateName>
  /** False: objectives are not watched while load runs. */
  readonly isWatching: boolean
}

export function figuresOf(
  plan: RunPlan,
  { interval, snapshots, totals }: LastSecond,
  { objectiveStates, isWatching, ...about }: AboutRun,
): RunFigures {
  const measured = totals()
  const view = new MeasuredView(measured)
  return {
    plan,
    steps: measured.steps,
    cells: measured.cells,
    dispatch: measured.dispatch,
    interval,
    shards: snapshots,
    targetRate: plannedRateAt(plan, interval.endMs),
    objectives: plan.objectives.map((objective) =>
      objectiveFigure(objective, view, isWatching ? stateOf(objective, objectiveStates) : -1),
    ),
    ...about,
  }
}

function stateOf({ id, watch }: ObjectivePlan, states: AboutRun['objectiveStates']): number {
  return watch === null ? -1 : OBJECTIVE_STATES.indexOf(states.get(id) ?? 'ok')
}

function objectiveFigure(objective: ObjectivePlan, view: MeasuredView, state: number): ObjectiveFigure {
  const { id, severity, expect, bound, unit } = objective
  // A rate of nothing is 0, and was not measured.
  const value = sampleCountOf(view, objective) === 0 ? null : metricValue(view, objective)
  const claim = shareClaimOf(view, objective)
  const budget =
    claim === null || !claim.atMost
      ? null
      : errorBudget([{ startMs: 0, endMs: 0, over: claim.k, total: claim.n }], claim.allowed)
  return {
    id,
    severity,
    expect,
    state,
    value: value === null ? null : inBaseUnit(value, unit),
    bound: inBaseUnit(bound, unit),
    budgetLeftRatio: budget?.budgetLeftRatio ?? null,
  }
}

function inBaseUnit(value: number, unit: string): number {
  return unit === 'ms' ? value / 1000 : value
}
