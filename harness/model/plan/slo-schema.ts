import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'

/** A condition on one value of a request. */
const conditionSchema = z.object({
  /** As the author wrote it: `ttft <= 200ms`. */
  text: z.string(),
  /** The name of a time of every request, or of a measure of which an exchange has at most one value. */
  metric: z.string(),
  op: z.enum(['<', '<=', '>', '>=']),
  /** In the unit of the metric. */
  bound: z.number(),
})

/** Conditions that a request has to meet together. */
export const sloSchema = z.object({
  /** The steps whose requests it judges; null = all. */
  steps: z.array(z.string()).nullable(),
  conditions: z.array(conditionSchema),
})
export type SloPlan = Immutable<z.infer<typeof sloSchema>>
export type SloConditionPlan = SloPlan['conditions'][number]
