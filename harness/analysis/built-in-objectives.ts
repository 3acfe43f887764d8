/** The objectives added to those of the author. */
import { builtInId } from '../model/demand.ts'
import { hasCode, isGate, type ObjectivePlan, type RunPlan } from '../model/plan.ts'
import { metricOf } from './metrics/catalogue.ts'

const BASE = {
  name: null,
  fn: 'value',
  labels: {},
  op: '<=',
  bound: 0.01,
  unit: 'ratio',
  within: null,
  severity: 'major',
  role: 'core',
  minSamples: 1,
  onNoData: 'inconclusive',
  rollback: null,
  owner: null,
  runbook: null,
  impact: null,
  benefit: null,
  cost: null,
  builtIn: true,
} as const

const ERRORS: ObjectivePlan = {
  ...BASE,
  id: builtInId('error_ratio'),
  expect: 'error_ratio <= 1%',
  claim: 'error_ratio',
  metric: 'error_ratio',
  watch: { windowMs: null, forMs: 0, graceMs: 0, abort: false },
}

const DOWNTIME: ObjectivePlan = {
  ...BASE,
  id: builtInId('downtime_ratio'),
  expect: 'downtime_ratio <= 1%',
  claim: 'downtime_ratio',
  metric: 'downtime_ratio',
  // A ratio of a run that has just begun is mostly its beginning: it is judged at the end.
  watch: null,
}

const CODE: ObjectivePlan = {
  ...BASE,
  id: builtInId('code_failed_ratio'),
  expect: 'code_failed_ratio <= 1%',
  claim: 'code_failed_ratio',
  metric: 'code_failed_ratio',
  // Journeys of code may be longer than the run: that none ended says nothing against it.
  onNoData: 'pass',
  watch: { windowMs: null, forMs: 0, graceMs: 0, abort: false },
}

const LOSS: ObjectivePlan = {
  ...BASE,
  id: builtInId('loss_ratio'),
  expect: 'loss_ratio <= 0%',
  claim: 'loss_ratio',
  metric: 'loss_ratio',
  bound: 0,
  severity: 'critical',
  // What has not arrived yet is not lost before the drain is over.
  watch: null,
}

/** A bound on times where no objective states one: its value is what a search for a capacity has found usual. */
export const ASSUMED_OBJECTIVE: ObjectivePlan = {
  ...BASE,
  id: builtInId('usual_p99'),
  expect: 'p99(response_time) is usual',
  claim: 'p99(response_time)',
  fn: 'p99',
  metric: 'response_time',
  op: '<',
  bound: 0,
  unit: 'ms',
  watch: null,
}

/**
 * The objectives of an author and those that stand beside them: fast errors are no speed, a target that is down makes few, and
 * code that throws may send nothing at all; and what is published is to arrive. An author who allows more says so by name: `error_ratio <= 20%`,
 * `downtime_ratio <= 5%`, `code_failed_ratio <= 10%`, `loss_ratio <= 2%`.
 */
export function withBuiltIn(
  stated: readonly ObjectivePlan[],
  plan: Pick<RunPlan, 'login' | 'journeys' | 'targets'>,
): ObjectivePlan[] {
  const stand = new Set(stated.filter(isWholeRunGate).map((objective) => metricOf(objective).replaces))
  return [
    ...stated,
    ...(stand.has('errors') ? [] : [ERRORS]),
    ...(stand.has('downtime') ? [] : [DOWNTIME]),
    ...(stand.has('code') || !hasCode(plan) ? [] : [CODE]),
    ...(stand.has('loss') || !consumes(plan) ? [] : [LOSS]),
  ]
}

function consumes({ targets }: Pick<RunPlan, 'targets'>): boolean {
  return Object.values(targets).some(({ channel }) => channel !== undefined)
}

/** One that speaks of part of the run, or does not gate, leaves the rest open. */
function isWholeRunGate(objective: ObjectivePlan): boolean {
  return isGate(objective) && objective.fn === 'value' && Object.keys(objective.labels).length === 0
}
