/** The events and actions of the monitor during the load, as stored in the run record. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { alertReportSchema } from './alert.ts'
import { objectiveDemandSchema } from './demand.ts'
import { SEVERITIES } from './severity.ts'

/** ok -> pending (breached, within `for` and `grace`) -> firing -> recovering -> ok; pending -> ok and recovering -> firing too. */
export const OBJECTIVE_STATES = ['ok', 'pending', 'firing', 'recovering'] as const
export type ObjectiveStateName = (typeof OBJECTIVE_STATES)[number]

/** One change of state of one objective, or of one limit. */
export const objectiveEventSchema = z.object({
  /** ISO 8601 */
  at: z.string(),
  /** Since run start, ms. */
  atMs: z.number(),
  /** The begin of the breach, ms since run start; where there is none any more, `atMs`. */
  sinceMs: z.number(),
  runId: z.string(),
  correlationId: z.string(),
  ...objectiveDemandSchema.shape,
  from: z.enum(OBJECTIVE_STATES),
  to: z.enum(OBJECTIVE_STATES),
  severity: z.enum(SEVERITIES),
  /** In `unit`; null when nothing was seen in the window. */
  observed: z.number().nullable(),
  /** Null: the measured run so far. */
  windowMs: z.number().nullable(),
  sampleCount: z.number(),
  /** The parts at their limit in the same window: `component`, `resource`. */
  annotations: recordOf(z.string()),
})
export type ObjectiveEvent = z.infer<typeof objectiveEventSchema>

/** A requirement that was lost while load ran, or came back. */
export const requirementEventSchema = z.object({
  /** ISO 8601 */
  at: z.string(),
  /** Since run start, ms. */
  atMs: z.number(),
  name: z.string(),
  /** The failure of the check; null when it is back. */
  problem: z.string().nullable(),
})
export type RequirementEvent = z.infer<typeof requirementEventSchema>

/** The reason why load ended before its plan. */
export const stopSchema = z.object({
  by: z.enum(['objective', 'limit', 'emergency', 'rollback', 'requirement', 'worker']),
  /** The objective or limit; null for an emergency set by somebody, and for a requirement. */
  objective: objectiveDemandSchema.nullable(),
  /** The time of the decision, ms since run start. */
  atMs: z.number(),
  reason: z.string(),
})
export type Stop = z.infer<typeof stopSchema>

export const enforcementSchema = z.object({
  events: z.array(objectiveEventSchema),
  requirements: z.array(requirementEventSchema),
  /** Null when load ran as long as it was planned to, or was interrupted. */
  stop: stopSchema.nullable(),
  alerts: alertReportSchema.nullable(),
})
export type EnforcementRecord = z.infer<typeof enforcementSchema>
