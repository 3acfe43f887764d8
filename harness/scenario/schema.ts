/**
 * What a scenario may contain. TypeScript modules (after inspection), YAML and JSON all have to fit this schema; code
 * appears in it as `{ $code: 'path in the module' }`. Every number carries its unit.
 */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { parseDurationMs, parseDurationRange } from '../base/units.ts'
import { expectations } from '../expectations/index.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import { ROLES } from '../model/plan.ts'
import { SEVERITIES } from '../model/verdict.ts'

/** A string that one of the unit parsers accepts; the parser's own message is the problem. */
function textThat(parse: (text: string) => unknown, description: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parse(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: messageOf(error) })
      }
    })
    .describe(description)
}

const name = z.string().regex(/^[\w-]+$/, 'a name of letters, digits, - and _')
const duration = (description: string) => textThat(parseDurationMs, description)

/** Where inspection found a function. */
export const codeSchema = z
  .strictObject({ $code: z.string() })
  .describe('A function of a TypeScript scenario')

const timeouts = z
  .strictObject({
    connect: duration('Until the connection stands').optional(),
    firstByte: duration('From sending to the first byte of the answer').optional(),
    total: duration('The whole request').optional(),
  })
  .describe('When a request gives up; 5s, 30s and 60s unless said')

const retry = z
  .strictObject({
    attempts: z.number().int().min(2).max(100).describe('Attempts in all, the first included'),
    on: z
      .array(z.enum(ERROR_KINDS))
      .min(1)
      .optional()
      .describe('Error kinds worth another try; all but expectation and code unless said'),
    backoff: duration('Pause before the second attempt; 200ms unless said').optional(),
    factor: z
      .number()
      .min(1)
      .optional()
      .describe('Growth of the pause from attempt to attempt; 2 unless said'),
    maxBackoff: duration('Longest pause; 10s unless said').optional(),
    jitter: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Share of the pause that is left to chance; 0.5 unless said'),
  })
  .describe("The user's own behaviour on failure: try again after a growing pause")

const expect = z
  .strictObject(Object.fromEntries(expectations.all.map((entry) => [entry.name, entry.schema.optional()])))
  .describe('What a good answer is; a status below 400 unless said')

const target = z
  .strictObject({ plugin: z.string(), config: z.record(z.string(), z.unknown()) })
  .describe('A target: plugin name (http, function, sandbox) and its configuration')

const requestStep = z.strictObject({
  request: z
    .record(z.string(), z.unknown())
    .describe("In the target plugin's own format, for http { method, path, headers, json | body | form }"),
  target: name.optional().describe('Which of several targets; main unless said'),
  step: z.string().min(1).optional().describe('Name under which it is recorded'),
  expect: expect.optional(),
  extract: z
    .record(z.string(), z.string())
    .optional()
    .describe('Variable -> json:path, header:name or regex:(group)'),
  retry: retry.optional(),
  timeouts: timeouts.optional(),
})

const mix = z
  .strictObject({ safe: z.number().min(0), risky: z.number().min(0), complex: z.number().min(0) })
  .describe('Shares of safe, risky and complex commands, in any unit')

const operationsStep = z.strictObject({
  operations: z
    .strictObject({
      mix: mix.optional(),
      target: name.optional(),
      retry: retry.optional(),
      timeouts: timeouts.optional(),
    })
    .describe("One command of the sandbox's catalogue, picked by class with the workload's mix"),
})

const thinkStep = z.strictObject({ think: textThat(parseDurationRange, 'Pause of the user: 2s, or 1s..3s') })

const step = z
  .union([requestStep, thinkStep, operationsStep])
  .describe('A request, think time, or a command of the catalogue')
const steps = z.array(step).min(1, 'at least one step')

const weight = z
  .number()
  .positive('a weight above 0')
  .describe('How often it is walked, relative to the others')
const journey = z.union([
  z.strictObject({ weight: weight.optional(), steps: steps }),
  z.strictObject({ weight: weight.optional(), run: codeSchema }),
])

const feeder = z
  .strictObject({
    mode: z
      .enum(['unique', 'circular', 'random', 'shuffle', 'per-agent'])
      .optional()
      .describe('How rows are given out; circular unless said'),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))).optional(),
    csv: z.string().optional().describe('File beside the scenario, with a header line'),
    json: z.string().optional().describe('File beside the scenario: an array of flat objects'),
  })
  .refine(
    (value) => [value.rows, value.csv, value.json].filter((source) => source !== undefined).length === 1,
    'exactly one of rows, csv, json',
  )

const objective = z.union([
  z.string(),
  z.strictObject({
    expect: z.string(),
    severity: z.enum(SEVERITIES).optional(),
    role: z.enum(ROLES).optional(),
    minSamples: z.number().int().min(0).optional(),
    onNoData: z.enum(['fail', 'pass', 'inconclusive']).optional(),
    window: duration('Judged over stretches of this length').optional(),
    for: duration('How long it must be missed').optional(),
    grace: duration('Not judged before').optional(),
    abort: z.boolean().optional(),
    rollback: z.union([z.boolean(), z.string()]).optional(),
    owner: z.string().optional(),
    runbook: z.string().optional(),
    impact: z.number().min(0).max(10).optional(),
  }),
])

/** Keys that an environment may lay over the scenario. */
const overlay = z.record(z.string(), z.unknown())

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const

/** The whole document. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  name: name.describe('Names the reports folder and the baselines'),
  description: z.string().optional(),
  target: target.optional().describe('The one target; short for targets.main'),
  targets: z.record(name, target).optional().describe('Several targets by name; a step says which'),
  workload: z.looseObject({ pattern: z.string() }).describe('A workload pattern and its settings'),
  journeys: z.record(name, journey).refine((value) => Object.keys(value).length > 0, 'at least one journey'),
  login: z
    .union([z.strictObject({ steps: steps }), codeSchema])
    .optional()
    .describe('Walked once an agent, before its first journey'),
  setup: codeSchema.optional().describe('Once a run, before any load'),
  teardown: codeSchema.optional().describe('Once a run, after all load'),
  data: z.record(name, feeder).optional().describe('Feeders: rows for {{name.field}}'),
  objectives: z.array(objective).optional(),
  timeouts: timeouts.optional(),
  retry: retry.optional(),
  warmUp: duration('First part of the run that is recorded but not judged').optional(),
  drain: duration('How long requests in flight may finish after the end; 10s unless said').optional(),
  connections: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Connections that all agents share; one an agent unless said'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(4294967295)
    .optional()
    .describe('Same seed, same plan; by chance unless said'),
  allowHosts: z.array(z.string()).optional().describe('Hosts beyond loopback that load may be sent to'),
  environments: z
    .strictObject(Object.fromEntries(ENVIRONMENTS.map((key) => [key, overlay.optional()])))
    .optional()
    .describe('What differs by environment (--env)'),
})

/** A document that fits the schema. */
export type ScenarioDocument = z.output<typeof scenarioSchema>
export type StepDocument = z.output<typeof step>
export type RetryDocument = z.output<typeof retry>
export type TimeoutsDocument = z.output<typeof timeouts>

/** JSON Schema of the declarative format, for editors and `proofload schema`. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema, { io: 'input' }) as Record<string, unknown>
}
