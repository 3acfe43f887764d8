/**
 * What a scenario may contain. TypeScript modules (after inspection), YAML and JSON all have to fit this schema; code
 * appears in it as `{ $code: 'path in the module' }`. Every number carries its unit.
 */
import { z } from 'zod'
import { IMPACT_BY_SEVERITY } from '../analysis/risk.ts'
import { codePlace } from '../base/code-place.ts'
import { looseObjectOf, recordOf } from '../base/record-of.ts'
import { duration, name } from '../base/text-schemas.ts'
import { ROLES } from '../model/plan/objective-schema.ts'
import { SEVERITIES } from '../model/verdict.ts'
import { pixelBoxSchema, TILE_PX, VISUAL_BOUNDS } from '../model/visual.ts'
import { targets } from '../targets/index.ts'
import { retry, timeouts } from '../targets/step.ts'
import {
  DRAIN,
  FEEDER_MODE,
  JOURNEY_WEIGHT,
  PRECISION,
  READY_WITHIN,
  ROLLBACK,
  VISUAL_TIMEOUT,
  WARM_UP,
} from './defaults.ts'
import { loginRetry, steps } from './step-schema.ts'

/** A target; its configuration is checked by the plugin's own schema. */
export const target = z
  .strictObject({
    plugin: z.string().describe(`Name of a target plugin: ${targets.names.join(', ')}`),
    config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
  })
  .describe('What load is sent to')

/** A workload; its settings are checked by the pattern's own schema. */
export const workload = looseObjectOf({
  pattern: z.string().describe('Name of a workload pattern'),
}).describe('A workload pattern and its settings')

const weight = z
  .number()
  .positive('a weight above 0')
  .describe(`How often it is walked, relative to the others; ${JOURNEY_WEIGHT} unless said`)

const journey = z
  .union([
    z.strictObject({ weight: weight.optional(), steps }),
    z.strictObject({ weight: weight.optional(), run: codePlace }),
  ])
  .describe('Ordered work of an agent')

const feeder = z
  .strictObject({
    mode: z
      .enum(['unique', 'circular', 'random', 'shuffle', 'per-agent'])
      .optional()
      .describe(
        `How rows are given out; ${FEEDER_MODE} unless said. unique: never twice, then the agent stops; per-agent: one for life`,
      ),
    rows: z
      .array(recordOf(z.union([z.string(), z.number(), z.boolean()])))
      .optional()
      .describe('The rows themselves; text may refer to other feeders as {{name.field}}'),
    csv: z.string().optional().describe('File beside the scenario, with a header line'),
    json: z.string().optional().describe('File beside the scenario: an array of flat objects'),
  })
  .refine(
    (value) => [value.rows, value.csv, value.json].filter((source) => source !== undefined).length === 1,
    'exactly one of rows, csv, json',
  )
  .describe('Rows that agents take, one an iteration')

const IMPACTS = SEVERITIES.map((severity) => `${severity} ${IMPACT_BY_SEVERITY[severity]}`).join(', ')

/** One objective: text, or text with settings. */
export const objective = z
  .union([
    z.string(),
    z.strictObject({
      expect: z.string().describe('p99(response_time) < 100ms'),
      name: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .optional()
        .describe('Name that people see, and the id of the objective; unique in the scenario'),
      severity: z.enum(SEVERITIES).optional().describe('How bad a miss is; major unless said'),
      role: z.enum(ROLES).optional().describe('What a miss leads to; core (NO-GO) unless said'),
      minSamples: z.number().int().min(0).optional().describe('Fewer samples prove nothing; 1 unless said'),
      onNoData: z
        .enum(['fail', 'pass', 'inconclusive'])
        .optional()
        .describe('When nobody measured the metric; fail unless said'),
      window: duration
        .optional()
        .describe(
          'Stretch it is watched over while load runs; for percentiles, shares and ratios the run so far unless said, for other values 10s',
        ),
      for: duration
        .optional()
        .describe('How long a breach must last without a break before it is believed; 0s unless said'),
      grace: duration
        .optional()
        .describe('How long the target may then take to recover before it fires; 0s unless said'),
      abort: z.boolean().optional().describe('Firing ends the load: NO-GO'),
      rollback: z
        .union([z.boolean(), z.string()])
        .optional()
        .describe('A miss asks for this rollback procedure; true: the one named default'),
      owner: z.string().optional().describe('Who answers for it'),
      runbook: z.string().optional().describe('What to do about a miss'),
      impact: z
        .number()
        .min(0)
        .max(10)
        .optional()
        .describe(`Of a miss on users, 0 to 10; unless said by severity: ${IMPACTS}`),
      benefit: z
        .number()
        .min(0)
        .optional()
        .describe('What mending a miss is worth, in the currency of `cost`; for the order of risks'),
      cost: z.number().positive().optional().describe('What mending a miss takes'),
    }),
  ])
  .describe('What must hold, as function(metric{label=value}) op bound')

/** A plugin of some family; its configuration is checked by the plugin's own schema. */
const plugin = z.strictObject({
  plugin: z.string().describe('Its name'),
  config: recordOf(z.unknown()).default({}).describe("In the plugin's own format"),
})

/** Who is told of a breach. */
const alerts = z.strictObject({
  channels: recordOf(plugin, name).describe('By name: console, webhook, slack, pagerduty, ...'),
  routes: z
    .array(
      z.strictObject({
        severity: z.enum(SEVERITIES).describe('Alerts of this severity and above ...'),
        channels: z.array(name).min(1).describe('... go to these channels'),
      }),
    )
    .optional()
    .describe('A channel of no route gets warnings and above'),
})

/** How the system under test is put back. */
const rollback = z.strictObject({
  armed: z
    .boolean()
    .optional()
    .describe('Whether it fires, where the environment allows it too (PROOFLOAD_ALLOW_ROLLBACK=1)'),
  procedures: recordOf(plugin, name)
    .refine((value) => Object.keys(value).length > 0, 'at least one procedure')
    .describe('By name: command, webhook, git, kubernetes, module; objectives say which, true means default'),
  onRegression: z
    .union([z.boolean(), z.string()])
    .optional()
    .describe(
      'A confirmed regression asks for this procedure; true: default, or the only one; false: none; true unless said',
    ),
  minRequests: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe(`Completed requests below which nothing is undone; ${ROLLBACK.minRequests} unless said`),
  validation: duration
    .optional()
    .describe(
      `Length of the load that shows the system healthy afterwards; ${ROLLBACK.validation} unless said`,
    ),
  stepTimeout: duration
    .optional()
    .describe(`Limit of each step but the validation; ${ROLLBACK.stepTimeout} unless said`),
})

const similarity = z.number().min(0, '0 or more').max(1, '1 at most')

/** A picture that is compared with the approved one of its name. */
const visual = z
  .strictObject({
    command: z
      .string()
      .min(1)
      .optional()
      .describe('Writes the file when the load has ended, by the shell; none when the run itself writes it'),
    file: z.string().min(1).describe('The picture: png, jpeg, webp, avif, gif, or a video'),
    timeout: duration.optional().describe(`Limit of the command; ${VISUAL_TIMEOUT} unless said`),
    mean: similarity
      .optional()
      .describe(`Least similarity of a frame (SSIM, 0-1); ${VISUAL_BOUNDS.meanMin} unless said`),
    tile: similarity
      .optional()
      .describe(`Least similarity of any ${TILE_PX} px tile; ${VISUAL_BOUNDS.tileMin} unless said`),
    colour: z
      .number()
      .min(0)
      .optional()
      .describe(`Largest distance of the colour of a tile (CIE76); ${VISUAL_BOUNDS.colourMax} unless said`),
    masks: z.array(pixelBoxSchema).optional().describe('Nothing in these is looked at'),
  })
  .describe('A picture and what it has to be like')

/** A build that is loaded for a comparison. */
const build = z
  .strictObject({
    url: z.url().describe('Where it answers'),
    command: z.string().min(1).optional().describe('Starts it, anew for each run; none when it runs already'),
    readyWithin: duration.optional().describe(`How long it may take to answer; ${READY_WITHIN} unless said`),
  })
  .describe('A build of the target')

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const

/** Keys of the scenario that an environment lays over it; checked after they are merged. */
const overlay = recordOf(z.unknown()).describe('Keys of the scenario that differ there')

/** The whole document. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional().describe('For editors: where this schema is'),
  name: name.describe('Names the reports folder and the baselines'),
  description: z.string().optional().describe('For people'),
  target: target.optional().describe('The one target; short for targets.main'),
  targets: recordOf(target, name).optional().describe('Several targets by name; a step says which'),
  workload,
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
  data: recordOf(feeder, name).optional().describe('Feeders by name: rows for {{name.field}}'),
  objectives: z
    .array(objective)
    .optional()
    .describe('What the verdict is made of; without any, the built-in ones'),
  timeouts: timeouts.optional().describe('For every request that has none of its own'),
  retry: retry.optional().describe('For every request that has none of its own'),
  warmUp: duration
    .optional()
    .describe(`First part of the run that is recorded but not judged; ${WARM_UP} unless said`),
  drain: duration
    .optional()
    .describe(
      `How long requests in flight may finish after the end; what has no answer by then counts as unanswered. Default: ${DRAIN}, or the longest timeouts.firstByte stated.`,
    ),
  connections: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Connections that all agents share; one an agent unless said'),
  precision: z
    .enum(['normal', 'high'])
    .optional()
    .describe(
      `high: starts within a tenth of a millisecond, at a whole core a thread; ${PRECISION} unless said`,
    ),
  seed: z
    .number()
    .int()
    .min(0)
    .max(4294967295)
    .optional()
    .describe('Same seed, same plan; by chance unless said'),
  allowHosts: z.array(z.string()).optional().describe('Hosts beyond loopback that load may be sent to'),
  secrets: z
    .array(name)
    .optional()
    .describe('Secrets that only code refers to; those in the document are found by themselves'),
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
  emergency: z
    .strictObject({ limits: z.array(objective).describe('A breach halts all load: error_ratio <= 20%') })
    .optional()
    .describe('Limits of the damage a run may do'),
  probes: recordOf(plugin, name)
    .optional()
    .describe('What is watched besides the target: process, prometheus, cgroup'),
  visuals: recordOf(visual, name)
    .optional()
    .describe('Pictures that objectives compare with approved ones: visual(homepage)'),
  tracing: z
    .boolean()
    .optional()
    .describe('Requests carry traceparent and x-correlation-id; false unless said'),
  environments: z
    .strictObject(Object.fromEntries(ENVIRONMENTS.map((key) => [key, overlay.optional()])))
    .optional()
    .describe('What differs by environment (--env)'),
})

/** A document that fits the schema. */
export type ScenarioDocument = z.output<typeof scenarioSchema>
export type TargetDocument = z.output<typeof target>
export type VisualDocument = z.output<typeof visual>
export type BuildDocument = z.output<typeof build>
export type FeederDocument = z.output<typeof feeder>
export type PluginDocument = z.output<typeof plugin>
