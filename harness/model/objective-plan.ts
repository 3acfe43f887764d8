/** Objectives, parsed. */
import type { ObjectiveDemand } from './demand.ts'
import type { Severity } from './severity.ts'

/** Aggregation of an objective. `quantile` is set for percentiles. */
export const OBJECTIVE_FUNCTIONS = [
  'p50',
  'p90',
  'p95',
  'p99',
  'p99.9',
  'max',
  'mean',
  'share',
  'rate',
  'count',
  'last',
  'slope',
] as const
export type ObjectiveFunction = (typeof OBJECTIVE_FUNCTIONS)[number]

export const ROLES = ['core', 'handler', 'validation'] as const
export type Role = (typeof ROLES)[number]

/** How an objective is watched while load runs. Times in ms. */
export interface WatchPlan {
  /** Judged over the last stretch of this length; null: over the measured run so far. */
  readonly windowMs: number | null
  /** How long a breach has to last, without a break, before it is believed. */
  readonly forMs: number
  /** How long after that the target may take to recover by itself. */
  readonly graceMs: number
  /** Firing ends the load. */
  readonly abort: boolean
}

/** A claim in its parts. */
export interface ClaimPlan {
  readonly fn: ObjectiveFunction | 'value'
  readonly metric: string
  readonly labels: Readonly<Record<string, string>>
  /** For `share(metric <= within)`, in the metric's unit. */
  readonly within: number | null
}

/** An objective after parsing. */
export interface ObjectivePlan extends Readonly<ObjectiveDemand>, ClaimPlan {
  readonly severity: Severity
  readonly role: Role
  readonly minSamples: number
  readonly onNoData: 'fail' | 'pass' | 'inconclusive'
  /** Name of the rollback procedure that a miss asks for; null: none. */
  readonly rollback: string | null
  /** How it is watched while load runs; null: only judged at the end. */
  readonly watch: WatchPlan | null
  readonly owner: string | null
  readonly runbook: string | null
  /** 0-10 */
  readonly impact: number | null
  /** What mending a miss is worth and what it takes, in one currency; both or neither. */
  readonly benefit: number | null
  readonly cost: number | null
  /** True for the built-in ones. */
  readonly builtIn: boolean
}

/** Whether a miss is NO-GO. */
export function isGate({ role, severity }: Pick<ObjectivePlan, 'role' | 'severity'>): boolean {
  return role === 'core' && severity !== 'info' && severity !== 'warning'
}
