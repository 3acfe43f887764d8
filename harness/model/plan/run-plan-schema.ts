/**
 * The resolved plan of a run: plain data, no functions, no secrets, every default filled in. It is what `--dry-run`
 * prints, what is hashed, what each shard receives, and what the record keeps. Times are milliseconds since run start.
 * The schema is the type.
 */
import { z } from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { recordOf } from '../../base/record-of.ts'
import { visualBoundsSchema } from '../visual.ts'
import {
  feederSchema,
  journeySchema,
  loginRetrySchema,
  retrySchema,
  stepSchema,
  timeoutsSchema,
} from './journey-schema.ts'
import { objectiveSchema } from './objective-schema.ts'
import { alertsSchema, type PluginPlan, pluginSchema, rollbackSchema } from './reaction-schema.ts'
import { phaseSchema, workloadSchema } from './workload-schema.ts'

/** A picture that a run makes, and what it has to be like. */
const visualSchema = z.object({
  /** For the shell, after the load; null when the run itself writes the file. */
  command: z.string().nullable(),
  /** Relative to where the harness runs. */
  file: z.string(),
  /** Limit of the command. */
  timeoutMs: z.number(),
  bounds: visualBoundsSchema,
})
export type VisualPlan = Immutable<z.infer<typeof visualSchema>>

/** A build of the target that the harness can load, and start when `command` says how. */
const buildSchema = z.object({
  url: z.string(),
  /** For the shell; null when it runs already. */
  command: z.string().nullable(),
  /** Time limit for its first answer. */
  readyMs: z.number(),
})
export type BuildPlan = Immutable<z.infer<typeof buildSchema>>

/** Both sides of a comparison by pairs. `candidate` null: the scenario's own target. */
const buildsSchema = z.object({ baseline: buildSchema, candidate: buildSchema.nullable() })
export type BuildsPlan = Immutable<z.infer<typeof buildsSchema>>

/** A target after resolution: plugin name and its own configuration, `url` included where there is one. */
export type TargetPlan = PluginPlan

const schema = z.object({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  environment: z.string().nullable(),
  seed: z.number(),
  durationMs: z.number(),
  /** Time for requests in flight to finish after the end. */
  drainMs: z.number(),
  /** Defaults of requests that state none of their own. */
  timeouts: timeoutsSchema,
  retry: retrySchema.nullable(),
  /** Contiguous, in order, covering [0, durationMs). */
  phases: z.array(phaseSchema),
  workload: workloadSchema,
  /** Connections a run may hold in all; null = one an agent. */
  connections: z.number().nullable(),
  /** high: the dispatcher looks at the clock in every turn of the loop, which takes a whole core a thread. */
  precision: z.enum(['normal', 'high']),
  targets: recordOf(pluginSchema),
  journeys: z.array(journeySchema),
  feeders: recordOf(feederSchema),
  objectives: z.array(objectiveSchema),
  /** Steps walked once an agent (each session), before its first journey; `'code'` = `login` of the module. */
  login: z.union([z.array(stepSchema), z.literal('code')]).nullable(),
  loginRetry: loginRetrySchema,
  setup: z.boolean(),
  teardown: z.boolean(),
  /** Compare with the baseline `main`, and begin it with the first GO run. */
  autoBaseline: z.boolean(),
  /** The builds that are compared; null when none are named. */
  builds: buildsSchema.nullable(),
  alerts: alertsSchema,
  rollback: rollbackSchema.nullable(),
  /** Objectives whose breach halts all load on the state store (emergency). */
  limits: z.array(objectiveSchema),
  /** Probes besides the target's own process, by the name that objectives use. */
  probes: recordOf(pluginSchema),
  /** Pictures that are compared with approved ones when the load has ended, by name. */
  visuals: recordOf(visualSchema),
  /** Requests carry `traceparent` and `x-correlation-id`. */
  tracing: z.boolean(),
  /** Hosts beyond loopback to which load may be sent. */
  allowHosts: z.array(z.string()),
  /** Names of the secrets the scenario refers to; values never enter the plan. */
  secrets: z.array(z.string()),
})
export type RunPlan = Immutable<z.infer<typeof schema>>

export const runPlanSchema: z.ZodType<RunPlan> = schema
