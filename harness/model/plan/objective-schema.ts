/** Objectives after parsing. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { recordOf } from '../../base/record-of.ts'
import { objectiveDemandSchema } from '../demand.ts'
import { quantileOf } from '../percentile.ts'
import { SEVERITIES } from '../severity.ts'
import { outsideMeasureSchema } from './measure-schema.ts'

/** Aggregations of an objective, beside percentiles. */
export const OBJECTIVE_FUNCTIONS = ['min', 'max', 'mean', 'share', 'rate', 'count', 'last', 'slope'] as const

/** The functions of an objective; `value` is the metric as it is. */
export const objectiveFunctionSchema = z.union([
  z.enum([...OBJECTIVE_FUNCTIONS, 'value']),
  z.templateLiteral(['p', z.number()]).refine((name) => quantileOf(name) !== undefined),
])

export const ROLES = ['core', 'handler', 'validation'] as const

/** Settings for watching an objective while load runs. Times in ms. */
const watchSchema = z.object({
  /** Judged over the last stretch of this length; null: over the measured run so far. */
  windowMs: z.number().nullable(),
  /** The time a breach has to last without a break before it counts. */
  forMs: z.number(),
  /** The time after that in which the target may recover by itself. */
  graceMs: z.number(),
  /** Firing ends the load. */
  abort: z.boolean(),
})
export type WatchPlan = Immutable<z.infer<typeof watchSchema>>

/** A claim in its parts. */
const claimSchema = z.object({
  fn: objectiveFunctionSchema,
  metric: z.string(),
  /** Present where the metric is the measure of a plugin from outside. */
  measure: outsideMeasureSchema.optional(),
  labels: recordOf(z.string()),
  /** For `share(metric <= within)`, in the metric's unit. */
  within: z.number().nullable(),
})

/** An objective after parsing. */
export const objectiveSchema = z.object({
  ...objectiveDemandSchema.shape,
  ...claimSchema.shape,
  severity: z.enum(SEVERITIES),
  role: z.enum(ROLES),
  minSamples: z.number(),
  onNoData: z.enum(['fail', 'pass', 'inconclusive']),
  /** Name of the rollback procedure that a miss asks for; null: none. */
  rollback: z.string().nullable(),
  /** Null: only judged at the end. */
  watch: watchSchema.nullable(),
  owner: z.string().nullable(),
  runbook: z.string().nullable(),
  /** 0-10 */
  impact: z.number().nullable(),
  /** The value of fixing a miss and its cost, in one currency; both or neither. */
  benefit: z.number().nullable(),
  cost: z.number().nullable(),
  /** True for the built-in ones. */
  builtIn: z.boolean(),
})
export type ObjectivePlan = Immutable<z.infer<typeof objectiveSchema>>
