/**
 * Schema of a scenario. TypeScript modules (after inspection), YAML and JSON all have to fit this schema; code
 * appears in it as `{ $code: 'path in the module' }`. Every number carries its unit.
 */
import * as z from 'zod'
import { codePlace } from '../base/code-place.ts'
import { isLoopback } from '../base/loopback.ts'
import { looseObjectOf, recordOf } from '../base/record-of.ts'
import { duration, name } from '../base/text-schemas.ts'
import { targets } from '../targets/index.ts'
import { retry, timeouts } from '../targets/step.ts'
import { CONNECTIONS_PER_AGENT, DRAIN, JOURNEY_WEIGHT, PRECISION, READY_WITHIN, WARM_UP } from './defaults.ts'
import { alerts, emergency, probes, requires, rollback } from './enforcement-schema.ts'
import { feederSchema } from './feeder-schema.ts'
import { mocks } from './mock-schema.ts'
import { objective } from './objective-schema.ts'
import { outputsSchema } from './outputs-schema.ts'
import { pluginsSchema } from './plugins/schema.ts'
import { secretEntrySchema } from './secret-schema.ts'
import { loginRetry, steps } from './step-schema.ts'
import { visual } from './visual-schema.ts'

/** The number of connections that agents share. */
export const sharedConnections = z.number().int().positive()

/** A target; its configuration is checked by the plugin's own schema. */
export const target = z
  .strictObject({
    plugin: z.string().describe(`Name of a target plugin: ${targets.names.join(', ')}`),
    config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
    connections: sharedConnections.optional().describe('Connections to it that all agents share'),
  })
  .describe('What load is sent to')

/** A workload; its settings are checked by the pattern's own schema. */
export const workload = looseObjectOf({
  pattern: z.string().describe('Name of a workload pattern'),
}).describe('A workload pattern and its settings')

export const weight = z
  .number()
  .positive('a weight above 0')
  .describe(`How often it is walked, relative to the others. Default: ${JOURNEY_WEIGHT}.`)

/** One of several workloads; its settings are checked by the pattern's own schema, too. */
export const workloadPart = looseObjectOf({
  pattern: z.string().describe('Name of a workload pattern'),
  start: duration
    .optional()
    .describe('When it begins, from the beginning of the run, or from the end of `after`. Default: 0s.'),
  after: z.string().optional().describe('The workload at whose end, by the plan, it begins'),
  journeys: z
    .union([z.array(z.string()).min(1, 'at least one journey'), recordOf(weight)])
    .optional()
    .describe('The journeys that its agents walk: names, or weights by name. Default: all of them.'),
}).describe('A workload pattern and its settings, when it begins, and what its agents walk')

const journey = z
  .union([
    z.strictObject({ weight: weight.optional(), steps }),
    z.strictObject({ weight: weight.optional(), run: codePlace }),
  ])
  .describe('Ordered work of an agent')

/** A build that is loaded for a comparison. */
const build = z
  .strictObject({
    url: z.url().describe('Where it answers'),
    command: z.string().min(1).optional().describe('Starts it, anew for each run; none when it runs already'),
    readyWithin: duration.optional().describe(`How long it may take to answer. Default: ${READY_WITHIN}.`),
  })
  .describe('A build of the target')

/** A server that is started for the run. */
const service = z
  .strictObject({
    command: z.string().min(1).describe('Starts it, by the shell, in the folder where proofload runs'),
    url: z
      .url({ protocol: /^https?$/, error: 'a URL, for example http://127.0.0.1:8080/health' })
      .refine(
        (text) => isLoopback(new URL(text).hostname),
        'a URL of this machine: 127.0.0.1, [::1] or localhost',
      )
      .describe('Where it answers when it is ready'),
    status: z.number().int().min(100).max(599).optional().describe('Status of that answer. Default: any.'),
    readyWithin: duration.optional().describe(`How long it may take to answer so. Default: ${READY_WITHIN}.`),
    reuse: z
      .boolean()
      .optional()
      .describe(
        'Use one that answers there already, and leave it running. Default: false, which is an error.',
      ),
  })
  .describe('A server that the run starts and ends')

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const

/** Keys of the scenario that an environment lays over it; checked after they are merged. */
const overlay = recordOf(z.unknown()).describe('Keys of the scenario that differ there')

const conditions = z
  .array(z.string())
  .min(1)
  .describe('Each on one value of a request: ttft <= 200ms, tpot <= 50ms, response_time <= 5s')
const slo = z
  .union([
    conditions,
    z.strictObject({
      steps: z.array(z.string()).min(1).optional().describe('Steps whose requests it judges. Default: all.'),
      conditions,
    }),
  ])
  .describe('Conditions that a request has to meet together')

/** The whole document. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors: where this schema is'),
  name: name.describe('Names the reports folder and the baselines'),
  description: z.string().optional().describe('For people'),
  target: target.optional().describe('The one target; short for targets.main'),
  targets: recordOf(target, name).optional().describe('Several targets by name; a step says which'),
  mocks: mocks.optional(),
  plugins: pluginsSchema.optional(),
  workload: workload.optional(),
  workloads: recordOf(workloadPart, name)
    .refine((value) => Object.keys(value).length > 0, 'at least one workload')
    .optional()
    .describe(
      'Several workloads by name, in the place of `workload`: beside one another, or one after another',
    ),
  journeys: recordOf(journey, name)
    .refine((value) => Object.keys(value).length > 0, 'at least one journey')
    .describe('By name; which one an agent walks is drawn by weight'),
  login: z
    .union([z.strictObject({ steps }), codePlace])
    .optional()
    .describe('Walked once an agent and session, before its first journey'),
  loginRetry: loginRetry.optional(),
  setup: codePlace.optional().describe('Once a run, before any load'),
  teardown: codePlace.optional().describe('Once a run, after all load'),
  data: recordOf(feederSchema, name).optional().describe('Feeders by name: rows for {{name.field}}'),
  objectives: z
    .array(objective)
    .optional()
    .describe('What the verdict is made of; without any, the built-in ones'),
  slos: recordOf(slo, name)
    .optional()
    .describe('Conditions that a request has to meet together, by name: slo_attainment{slo=chat} >= 99%'),
  timeouts: timeouts.optional().describe('For every request that has none of its own'),
  retry: retry.optional().describe('For every request that has none of its own'),
  warmUp: duration
    .optional()
    .describe(`First part of the run that is recorded but not judged. Default: ${WARM_UP}.`),
  drain: duration
    .optional()
    .describe(
      `How long requests in flight may finish after the end; what has no answer by then counts as unanswered. Default: ${DRAIN}, or the longest timeouts.firstByte stated.`,
    ),
  connections: sharedConnections
    .optional()
    .describe(
      'Connections to each target that all agents share. Default: each agent has its own, unless the target is one whose servers allow few.',
    ),
  connectionsPerAgent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe(
      `How many connections an agent may have to a target while it sends several requests at once; HTTP/2 needs one. Default: ${CONNECTIONS_PER_AGENT}.`,
    ),
  precision: z
    .enum(['normal', 'high'])
    .optional()
    .describe(
      `high: starts within a tenth of a millisecond, at a whole core a thread. Default: ${PRECISION}.`,
    ),
  seed: z
    .number()
    .int()
    .min(0)
    .max(4294967295)
    .optional()
    .describe('Same seed, same plan. Default: by chance.'),
  allowHosts: z.array(z.string()).optional().describe('Hosts beyond loopback that load may be sent to'),
  allowCommands: z
    .array(z.string().min(1))
    .optional()
    .describe('Commands of this machine that targets may run, as their requests write them'),
  secrets: z
    .array(secretEntrySchema)
    .optional()
    .describe(
      'Secrets that only code refers to, or that Vault holds; others in the document are found by themselves',
    ),
  baseline: z
    .literal('auto')
    .optional()
    .describe('auto: compare each run with the baseline main, and let the first GO run begin it'),
  builds: z
    .strictObject({ baseline: build, candidate: build.optional() })
    .optional()
    .describe('Where the baseline build and the candidate run, for --confirm'),
  alerts: alerts.optional().describe('Who is told of a breach while load runs'),
  rollback: rollback.optional().describe('How the system under test is put back on NO-GO'),
  emergency: emergency.optional(),
  probes: probes.optional(),
  requires: requires.optional(),
  services: recordOf(service, name)
    .optional()
    .describe('Servers that the run starts before its targets, in this order, and ends when it is over'),
  outputs: outputsSchema.optional(),
  visuals: recordOf(visual, name)
    .optional()
    .describe('Pictures that objectives compare with approved ones: visual(homepage)'),
  tracing: z
    .boolean()
    .optional()
    .describe('Requests carry traceparent and x-correlation-id. Default: false.'),
  environments: z
    .strictObject(Object.fromEntries(ENVIRONMENTS.map((key) => [key, overlay.optional()])))
    .optional()
    .describe('What differs by environment (--env)'),
})

/** A document that fits the schema. */
export type ScenarioDocument = z.output<typeof scenarioSchema>
export type TargetDocument = z.output<typeof target>
export type BuildDocument = z.output<typeof build>
