/** The objectives added to those of the author. */
import { builtInId } from '../model/demand.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
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

/**
 * The objectives of an author and those that stand beside them: fast errors are no speed, and a target that is down makes
 * few. An author who allows more says so by name: `error_ratio <= 20%`, `downtime_ratio <= 5%`.
 */
export function withBuiltIn(stated: readonly ObjectivePlan[]): ObjectivePlan[] {
  const stand = new Set(stated.filter(isWholeRunGate).map((objective) => metricOf(objective).replaces))
  return [...stated, ...(stand.has('errors') ? [] : [ERRORS]), ...(stand.has('downtime') ? [] : [DOWNTIME])]
}

/** One that speaks of part of the run, or does not gate, leaves the rest open. */
function isWholeRunGate(objective: ObjectivePlan): boolean {
  return isGate(objective) && objective.fn === 'value' && Object.keys(objective.labels).length === 0
}
