/** The requests that agents send, one after the other, and the rows they take values from. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { recordOf } from '../../base/record-of.ts'
import { conditionSchema } from './condition-schema.ts'
import { generatorSchema } from './generator-schema.ts'
import { msRangeSchema } from './workload-schema.ts'

/** Milliseconds after which each phase of a request gives up. */
export const timeoutsSchema = z.object({
  connectMs: z.number(),
  firstByteMs: z.number(),
  totalMs: z.number(),
})
export type Timeouts = Immutable<z.infer<typeof timeoutsSchema>>

/** The user's own behaviour on failure: try again after a growing pause. */
export const retrySchema = z.object({
  /** Attempts in all, the first included. */
  attempts: z.number(),
  /** Error kinds worth another try. */
  on: z.array(z.string()),
  backoff: z.object({
    baseMs: z.number(),
    factor: z.number(),
    maxMs: z.number(),
    jitterRatio: z.number(),
  }),
})
export type RetryPlan = Immutable<z.infer<typeof retrySchema>>

/** The wait of an agent after a failed login; doubled from one to the next in a row. */
export const loginRetrySchema = z.object({ backoffMs: z.number(), maxBackoffMs: z.number() })
export type LoginRetryPlan = Immutable<z.infer<typeof loginRetrySchema>>

/** One judgement of an answer, by an entry of `expectations/`. */
const expectationSchema = z.object({ kind: z.string(), value: z.unknown() })
export type ExpectationPlan = Immutable<z.infer<typeof expectationSchema>>

/** In the target plugin's own request format; strings may hold `{{variables}}`. */
const stepRequest = recordOf(z.unknown())
const stepExpectations = z.array(expectationSchema)
/** Variable -> where it comes from: `json:cart.id`, `header:location`, `regex:id=(\d+)`. */
const stepExtractions = recordOf(z.string())

/** The part of a step that depends on the target that answers it. */
export const stepContentSchema = z.object({
  request: stepRequest,
  expect: stepExpectations,
  extract: stepExtractions,
})

const requestStepSchema = z.object({
  kind: z.literal('request'),
  /** Name under which it is recorded. */
  name: z.string(),
  /** Key into `RunPlan.targets`. */
  target: z.string(),
  request: stepRequest,
  /** The component whose time its service time is; absent: none but those that the answer names. */
  component: z.string().optional(),
  timeouts: timeoutsSchema,
  expect: stepExpectations,
  extract: stepExtractions,
  retry: retrySchema.nullable(),
  /** At most one is taken after an ok answer, by one draw: how a complex operation escalates. */
  get followUps() {
    return z.array(z.object({ kind: z.string(), probability: z.number(), step: requestStepSchema }))
  },
})
export type RequestStepPlan = Immutable<z.infer<typeof requestStepSchema>>

/** A pause of the agent. */
const thinkStepSchema = z.object({ kind: z.literal('think'), time: msRangeSchema })

/** One of several requests, by weight: a command picked from a catalogue. */
const choiceStepSchema = z.object({
  kind: z.literal('choice'),
  name: z.string(),
  alternatives: z.array(z.object({ weight: z.number(), step: requestStepSchema })),
})

/** Steps that are walked again and again: `times` rounds, or at most so many, as long as one condition holds or until another does. */
const repeatStepSchema = z.object({
  kind: z.literal('repeat'),
  times: z.number(),
  /** Looked at before each round, the first one included. */
  while: conditionSchema.nullable(),
  /** Looked at after each round. */
  until: conditionSchema.nullable(),
  get steps(): z.ZodArray<typeof stepSchema> {
    return z.array(stepSchema)
  },
})

/** Steps whose time is measured together. */
const groupStepSchema = z.object({
  kind: z.literal('group'),
  name: z.string(),
  get steps(): z.ZodArray<typeof stepSchema> {
    return z.array(stepSchema)
  },
})

/** Requests of one agent that are under way at once; the next step follows the last answer. */
const parallelStepSchema = z.object({ kind: z.literal('parallel'), steps: z.array(requestStepSchema) })

/** A pause until so many agents have come here, or a time has passed. */
const rendezvousStepSchema = z.object({
  kind: z.literal('rendezvous'),
  agents: z.number(),
  timeoutMs: z.number(),
})

/** A pause until so much time has passed since the agent was here the last time. */
const paceStepSchema = z.object({ kind: z.literal('pace'), everyMs: z.number() })

/** Steps that are walked if a condition holds, and those that are walked if not. */
const ifStepSchema = z.object({
  kind: z.literal('if'),
  condition: conditionSchema,
  get steps(): z.ZodArray<typeof stepSchema> {
    return z.array(stepSchema)
  },
  get else(): z.ZodArray<typeof stepSchema> {
    return z.array(stepSchema)
  },
})

/** Steps by the value of a variable. */
const switchStepSchema = z.object({
  kind: z.literal('switch'),
  variable: z.string(),
  get cases(): z.ZodArray<z.ZodObject<{ value: z.ZodString; steps: z.ZodArray<typeof stepSchema> }>> {
    return z.array(z.object({ value: z.string(), steps: z.array(stepSchema) }))
  },
  get else(): z.ZodArray<typeof stepSchema> {
    return z.array(stepSchema)
  },
})

export const stepSchema = z.discriminatedUnion('kind', [
  requestStepSchema,
  thinkStepSchema,
  choiceStepSchema,
  repeatStepSchema,
  ifStepSchema,
  switchStepSchema,
  groupStepSchema,
  paceStepSchema,
  parallelStepSchema,
  rendezvousStepSchema,
])
export type StepPlan = Immutable<z.infer<typeof stepSchema>>

export const journeySchema = z.object({
  name: z.string(),
  weight: z.number(),
  /** Null when the journey is code: `journeys.<name>.run` of the scenario module. */
  steps: z.array(stepSchema).nullable(),
})
export type JourneyPlan = Immutable<z.infer<typeof journeySchema>>

/** Rows that agents take: `unique` never twice (then the agent stops), `per-agent` one row each for life. */
export const feederSchema = z.object({
  mode: z.enum(['unique', 'circular', 'random', 'shuffle', 'per-agent']),
  rows: z.array(recordOf(z.string())),
  /** Fields that are made by a law; there are no rows then. */
  generate: recordOf(generatorSchema).optional(),
})
export type FeederPlan = Immutable<z.infer<typeof feederSchema>>
