/**
 * The resolved plan of a run: plain data, no functions, no secrets, every default filled in. It is what `--dry-run`
 * prints, what is hashed, what each shard receives, and what the record keeps. Times are milliseconds since run start.
 * The schema is the type.
 */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { recordOf } from '../../base/record-of.ts'
import { messageChannelSchema } from '../message-counts.ts'
import { visualBoundsSchema } from '../visual.ts'
import {
  feederSchema,
  journeySchema,
  loginRetrySchema,
  retrySchema,
  stepContentSchema,
  stepSchema,
  timeoutsSchema,
} from './journey-schema.ts'
import { outsideMeasureSchema } from './measure-schema.ts'
import { objectiveSchema } from './objective-schema.ts'
import {
  alertsSchema,
  outputsSchema,
  pluginSchema,
  requirementSchema,
  rollbackSchema,
} from './reaction-schema.ts'
import { secretSourceSchema } from './secret-schema.ts'
import { sloSchema } from './slo-schema.ts'
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

/** A server that the run starts and ends. */
const serviceSchema = z.object({
  /** For the shell. */
  command: z.string(),
  /** On this machine. */
  url: z.string(),
  /** Status of an answer of a service that is ready; null: any. */
  status: z.number().nullable(),
  /** Time limit for that answer. */
  readyMs: z.number(),
  /** One that runs already is used, and not ended. */
  reuse: z.boolean(),
})
export type ServicePlan = Immutable<z.infer<typeof serviceSchema>>

/** Both sides of a comparison by pairs. `candidate` null: the scenario's own target. */
const buildsSchema = z.object({ baseline: buildSchema, candidate: buildSchema.nullable() })
export type BuildsPlan = Immutable<z.infer<typeof buildsSchema>>

/** A target after resolution: plugin name and its own configuration, `url` included where there is one. */
const targetSchema = pluginSchema.extend({
  /** Connections to it that all agents of the run share; absent: each agent has its own. */
  connections: z.number().optional(),
  /** Present when it consumes the messages that it publishes. */
  channel: messageChannelSchema.optional(),
})
export type TargetPlan = Immutable<z.infer<typeof targetSchema>>

/** The target that takes the load of one that is away, and what steps then ask of it, by their names. */
const mockSchema = targetSchema.extend({
  steps: recordOf(stepContentSchema),
})

/** A target whose load a mock took. */
const mockedTargetSchema = z.object({
  target: z.string(),
  /** Plugin of the mock. */
  by: z.string(),
  /** The failure of the target's probe. */
  why: z.string(),
})

/** A plugin from outside, loaded: where it is, what it is, and what it says it needs. */
const outsidePluginSchema = z.object({
  name: z.string(),
  /** Its package, or its file in the repository. */
  place: z.string(),
  /** The version of its package; null for a file of the repository. */
  version: z.string().nullable(),
  contract: z.number(),
  /** The hash of all files that run. */
  integrity: z.string(),
  /** The scenario or plugins.lock.json states the integrity, too. */
  isPinned: z.boolean(),
  /** It loads native addons, or its package runs a script when it is installed; the scenario permits it. */
  isNative: z.boolean(),
  needs: recordOf(z.array(z.string())),
  /** Names of what it provides, by family: `{ targets: ['soap'] }`. */
  provides: recordOf(z.array(z.string())),
  /** Measures of these targets; absent: none that are not in the catalogue. */
  measures: z.array(outsideMeasureSchema).optional(),
  /** The module that every thread imports, and the hash it has to have. */
  bundle: z.string(),
  bundleHash: z.string(),
})
/** A plugin as verdicts name it. */
export const usedPluginSchema = outsidePluginSchema.pick({
  name: true,
  place: true,
  version: true,
  integrity: true,
  contract: true,
  needs: true,
})
export type OutsidePlugin = Immutable<z.infer<typeof outsidePluginSchema>>

/** Says what a plugin threw; begins alike for all that one plugin throws. */
export function pluginThrew(plugin: string, what: string): string {
  return `plugin ${plugin} threw: ${what}`
}

/** Says that a plugin kept everything else of its thread waiting; begins alike for all of one plugin. */
export function pluginHeldLoop(plugin: string, forHowLong: string): string {
  return `plugin ${plugin} held the loop${forHowLong === '' ? '' : ` for ${forHowLong} while it started a request`}`
}

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
  /** One or more, in the order of the scenario. */
  workloads: z.array(workloadSchema).min(1),
  /** Connections that an agent may hold to one target, where they are its own. */
  connectionsPerAgent: z.number(),
  /** high: the dispatcher looks at the clock in every turn of the loop, which takes a whole core a thread. */
  precision: z.enum(['normal', 'high']),
  targets: recordOf(targetSchema),
  /** Mocks by the target whose load they take when it is away; absent: none. */
  mocks: recordOf(mockSchema).optional(),
  /** The targets whose load mocks took; absent: none, and the run says something about its targets. */
  mocked: z.array(mockedTargetSchema).optional(),
  /** Plugins from outside; absent: none. */
  plugins: z.array(outsidePluginSchema).optional(),
  journeys: z.array(journeySchema),
  feeders: recordOf(feederSchema),
  objectives: z.array(objectiveSchema),
  /** Conditions that a request has to meet together, by name; absent where there are none. */
  slos: recordOf(sloSchema).optional(),
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
  /** Monitoring systems that get its figures; absent: none. */
  outputs: outputsSchema.optional(),
  /** Objectives whose breach halts all load on the state store (emergency). */
  limits: z.array(objectiveSchema),
  /** Servers that are started before the targets, in this order, and ended with the run; absent: none. */
  services: recordOf(serviceSchema).optional(),
  /** Services, databases, programs and GPUs that have to be there before load, and while it runs. */
  requires: z.array(requirementSchema),
  /** Probes besides the target's own process, by the name that objectives use. */
  probes: recordOf(pluginSchema),
  /** Pictures that are compared with approved ones when the load has ended, by name. */
  visuals: recordOf(visualSchema),
  /** Requests carry `traceparent` and `x-correlation-id`. */
  tracing: z.boolean(),
  /** Hosts beyond loopback to which load may be sent. */
  allowHosts: z.array(z.string()),
  /** Commands of this machine that targets may run; absent: none. */
  allowCommands: z.array(z.string()).optional(),
  /** Names of the secrets the scenario refers to; values never enter the plan. */
  secrets: z.array(z.string()),
  /** The origins of secrets that are not in the environment, by name; absent: none. */
  secretSources: recordOf(secretSourceSchema).optional(),
})
export type RunPlan = Immutable<z.infer<typeof schema>>

/** Plans of before there were several workloads have the one as `workload`. */
function withWorkloads(plan: unknown): unknown {
  if (typeof plan !== 'object' || plan === null || !('workload' in plan)) return plan
  const { workload, ...rest } = plan as { readonly workload: object; readonly durationMs?: unknown }
  return { ...rest, workloads: [{ startMs: 0, durationMs: rest.durationMs, ...workload }] }
}

export const runPlanSchema: z.ZodType<RunPlan> = z.preprocess(withWorkloads, schema)
