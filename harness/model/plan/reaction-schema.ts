/** Requirements of a run, and alerts and rollbacks: the reactions to a breach. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { recordOf } from '../../base/record-of.ts'
import { SEVERITIES } from '../severity.ts'

/** A plugin of some family and its own settings, checked by its schema; secrets are still `{{secret.NAME}}`. */
export const pluginSchema = z.object({ plugin: z.string(), config: recordOf(z.unknown()) })
export type PluginPlan = Immutable<z.infer<typeof pluginSchema>>

/** A thing that has to be there before load, and while it runs. */
export const requirementSchema = z.object({
  ...pluginSchema.shape,
  /** Null: what its plugin calls it. */
  name: z.string().nullable(),
  /** Time limit of each check. */
  timeoutMs: z.number(),
  /** Its loss ends the load. */
  stop: z.boolean(),
})
export type RequirementPlan = Immutable<z.infer<typeof requirementSchema>>

/** The receivers of alerts. */
export const alertsSchema = z.object({
  channels: recordOf(pluginSchema),
  /** An alert goes to the channels of every route whose severity it reaches. */
  routes: z.array(z.object({ severity: z.enum(SEVERITIES), channels: z.array(z.string()) })),
})
export type AlertsPlan = Immutable<z.infer<typeof alertsSchema>>

/** Monitoring systems that get figures of the run. */
export const outputsSchema = z.object({
  /** By name. `by`: who names it; a scenario alone may not send beyond this machine. */
  to: recordOf(pluginSchema.extend({ by: z.enum(['scenario', 'config', 'flag']) })),
  /** On every series. */
  labels: recordOf(z.string()),
  /** Every series says which run it is of. */
  perRun: z.boolean(),
  /** Above it labels are left out. */
  maxSeries: z.number(),
  /** Exponential histograms have 2^resolution buckets in a doubling. */
  resolution: z.number(),
  componentsByStep: z.boolean(),
})
export type OutputsPlan = Immutable<z.infer<typeof outputsSchema>>

/** The rollback of the system under test. */
export const rollbackSchema = z.object({
  /** The scenario's half of being armed; the environment has to allow it too. */
  armed: z.boolean(),
  /** By name; `default` is what `rollback: true` of an objective asks for. */
  procedures: recordOf(pluginSchema),
  /** Name of the procedure that a confirmed regression asks for; null: none. */
  onRegression: z.string().nullable(),
  /** Completed requests below which nothing is undone. */
  minRequests: z.number(),
  /** Length of the load that shows the system healthy after the undo. */
  validationMs: z.number(),
  /** Limit of each step, ms. */
  stepTimeoutMs: z.number(),
})
export type RollbackPlan = Immutable<z.infer<typeof rollbackSchema>>
