/** A step that sends a request: what it says besides the request itself, which is in the format of its target's plugin. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { duration, name } from '../base/text-schemas.ts'
import { formatDurationMs } from '../base/units.ts'
import type { Written } from '../base/written.ts'
import { expectations } from '../expectations/index.ts'
import { ERROR_KINDS, type ErrorKind } from '../model/outcome.ts'
import { DEFAULT_TIMEOUTS, MAIN_TARGET } from '../model/plan.ts'

/** No failure, those that another try cannot fix, and those that the harness makes itself. */
const NOT_RETRIED: readonly ErrorKind[] = [
  'none',
  'expectation',
  'extraction',
  'check',
  'code',
  'aborted',
  'unanswered',
  'generator-stall',
]

/** Settings of a retry that says only how often. */
export const RETRY = {
  on: ERROR_KINDS.filter((kind) => !NOT_RETRIED.includes(kind)),
  backoff: '200ms',
  factor: 2,
  maxBackoff: '10s',
  jitter: 0.5,
} as const

export const timeouts = z
  .strictObject({
    /** Until the connection stands. Default: 5s. */
    connect: duration
      .optional()
      .describe(`Until the connection stands. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.connectMs)}.`),
    /** From sending to the first byte. Default: 10s, less in a run with a short drain. */
    firstByte: duration
      .optional()
      .describe(
        `From sending to the first byte. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.firstByteMs)}, less in a run with a short drain.`,
      ),
    /** The whole request. Default: 1m, at most a third of the measured part and the drain. */
    total: duration
      .optional()
      .describe(
        `The whole request. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.totalMs)}, at most a third of the measured part and the drain.`,
      ),
  })
  .describe('When a request gives up')
export type TimeoutsDocument = z.output<typeof timeouts>

export const retry = z
  .strictObject({
    /** Attempts in all, the first included. */
    attempts: z.number().int().min(2).max(100).describe('Attempts in all, the first included'),
    /** Error kinds worth another try. Default: all but those that another try cannot fix. */
    on: z
      .array(z.enum(ERROR_KINDS))
      .min(1)
      .optional()
      .describe(
        'Error kinds worth another try. Default: all but those that another try cannot fix (expectation, code) and those of the harness itself.',
      ),
    /** Pause before the second attempt. Default: 200ms. */
    backoff: duration.optional().describe(`Pause before the second attempt. Default: ${RETRY.backoff}.`),
    /** Growth of the pause from attempt to attempt. Default: 2. */
    factor: z
      .number()
      .min(1)
      .optional()
      .describe(`Growth of the pause from attempt to attempt. Default: ${RETRY.factor}.`),
    /** Longest pause. Default: 10s. */
    maxBackoff: duration.optional().describe(`Longest pause. Default: ${RETRY.maxBackoff}.`),
    /** Share of the pause that is left to chance. Default: 0.5. */
    jitter: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(`Share of the pause that is left to chance. Default: ${RETRY.jitter}.`),
  })
  .describe("The user's own behaviour on failure: try again after a growing pause")
export type RetryDocument = z.output<typeof retry>

const expect = z
  .strictObject(Object.fromEntries(expectations.all.map((entry) => [entry.name, entry.schema.optional()])))
  .describe("What a good answer is. Default: a status that the target's protocol calls good.")

/** Any request; the target's plugin has the schema of its own. */
export const request = recordOf(z.unknown()).describe("In the format of the target's plugin")

/** Settings of every step, whatever it sends. */
export const walk = {
  /** Name of one of several targets. Default: main. */
  target: name.optional().describe(`Which of several targets. Default: ${MAIN_TARGET}.`),
  retry: retry.optional(),
  timeouts: timeouts.optional(),
}

export const requestStepSchema = z.strictObject({
  request,
  ...walk,
  /** Name under which it is recorded. Default: made of the request; for http method and path. */
  step: z
    .string()
    .min(1)
    .optional()
    .describe('Name under which it is recorded. Default: made of the request; for http method and path.'),
  /** Component that the step asks: its service time counts as the time of it, beside those that the answer names itself. */
  component: z
    .string()
    .min(1)
    .optional()
    .describe('Component that the step asks: its service time counts as the time of it'),
  /** Expectations of a good answer. Default: a status that the target's protocol calls good; for http below 400. */
  expect: expect.optional(),
  /** Variable -> `json:cart.id`, `header:location`, `regex:id=(\d+)`; later steps write `{{variable}}`. */
  extract: recordOf(z.string(), name)
    .optional()
    .describe(
      'Variable -> json:path.to[0].value, header:name or regex:(group); later steps write {{variable}}',
    ),
})
export type RequestDocument = z.output<typeof requestStepSchema>

/** A request step as authors write it. */
export type RequestStep = Written<typeof requestStepSchema>

/** Options of every request step, whatever its target. */
export type StepOptions = Omit<RequestStep, 'request'>

/** Makes a step of a request in its plugin's own format: for the builders of plugins. */
export function requestStep(request: RequestStep['request'], options: StepOptions): RequestStep {
  return { request, ...options }
}
