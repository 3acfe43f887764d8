/** What a step may contain: requests, think time, commands of the catalogue, and what surrounds them. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { recordOf } from '../base/record-of.ts'
import { formatDurationMs, parseDurationMs, parseDurationRange } from '../base/units.ts'
import { expectations } from '../expectations/index.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import { DEFAULT_TIMEOUTS } from '../model/step-plan.ts'
import { LOGIN_RETRY, MAIN_TARGET, RETRY } from './defaults.ts'

/** Text that one of the unit parsers accepts; the parser's own message is the problem. */
function textWithUnit(parse: (text: string) => unknown, example: string) {
  return z
    .string()
    .superRefine((text, context) => {
      try {
        parse(text)
      } catch (error) {
        context.addIssue({ code: 'custom', message: messageOf(error) })
      }
    })
    .meta({ examples: [example] })
}

/** A duration with its unit. */
export const duration = textWithUnit(parseDurationMs, '30s')

/** Letters, digits, - and _: what journeys, targets and feeders are called. */
export const name = z.string().regex(/^[\w-]+$/, 'a name of letters, digits, - and _')

export const timeouts = z
  .strictObject({
    connect: duration
      .optional()
      .describe(`Until the connection stands. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.connectMs)}.`),
    firstByte: duration
      .optional()
      .describe(
        `From sending to the first byte. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.firstByteMs)}, less in a run with a short drain.`,
      ),
    total: duration
      .optional()
      .describe(
        `The whole request. Default: ${formatDurationMs(DEFAULT_TIMEOUTS.totalMs)}, at most a third of the measured part and the drain.`,
      ),
  })
  .describe('When a request gives up')

export const retry = z
  .strictObject({
    attempts: z.number().int().min(2).max(100).describe('Attempts in all, the first included'),
    on: z
      .array(z.enum(ERROR_KINDS))
      .min(1)
      .optional()
      .describe(
        'Error kinds worth another try. Default: all but those that another try cannot mend (expectation, code) and those of the harness itself.',
      ),
    backoff: duration.optional().describe(`Pause before the second attempt; ${RETRY.backoff} unless said`),
    factor: z
      .number()
      .min(1)
      .optional()
      .describe(`Growth of the pause from attempt to attempt; ${RETRY.factor} unless said`),
    maxBackoff: duration.optional().describe(`Longest pause; ${RETRY.maxBackoff} unless said`),
    jitter: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(`Share of the pause that is left to chance; ${RETRY.jitter} unless said`),
  })
  .describe("The user's own behaviour on failure: try again after a growing pause")

export const loginRetry = z
  .strictObject({
    backoff: duration
      .optional()
      .describe(
        `Pause after a login that failed, doubled from one to the next; ${LOGIN_RETRY.backoff} unless said`,
      ),
    maxBackoff: duration.optional().describe(`Longest pause; ${LOGIN_RETRY.maxBackoff} unless said`),
  })
  .describe('When an agent of the closed model tries again to log in')

const expect = z
  .strictObject(Object.fromEntries(expectations.all.map((entry) => [entry.name, entry.schema.optional()])))
  .describe('What a good answer is; a status below 400 unless said')

/** In the format of the target's plugin, which has its own schema. */
export const request = recordOf(z.unknown()).describe(
  'For http and sandbox { method, path, headers, json | body | form }, for function { input }',
)

const targetName = name.describe(`Which of several targets; ${MAIN_TARGET} unless said`)

const requestStep = z.strictObject({
  request,
  target: targetName.optional(),
  step: z.string().min(1).optional().describe('Name under which it is recorded; method and path unless said'),
  expect: expect.optional(),
  extract: recordOf(z.string(), name)
    .optional()
    .describe(
      'Variable -> json:path.to[0].value, header:name or regex:(group); later steps write {{variable}}',
    ),
  retry: retry.optional(),
  timeouts: timeouts.optional(),
})

const share = (what: string) => z.number().min(0).describe(`Share of ${what} commands, in any unit`)

const operationsStep = z.strictObject({
  operations: z
    .strictObject({
      mix: z
        .strictObject({ safe: share('safe'), risky: share('risky'), complex: share('complex') })
        .optional()
        .describe("How often each class; the workload's mix unless said"),
      target: targetName.optional(),
      retry: retry.optional(),
      timeouts: timeouts.optional(),
    })
    .describe("One command of the sandbox's catalogue; recorded as safe, risky or complex"),
})

const thinkStep = z.strictObject({
  think: textWithUnit(parseDurationRange, '1s..3s').describe('Pause of the user: 2s, or 1s..3s'),
})

const step = z
  .union([requestStep, thinkStep, operationsStep])
  .describe('A request, think time, or a command of the catalogue')

export const steps = z.array(step).min(1, 'at least one step').describe('Walked in order')

export type StepDocument = z.output<typeof step>
export type RequestDocument = z.output<typeof requestStep>
export type OperationsDocument = z.output<typeof operationsStep>
export type RetryDocument = z.output<typeof retry>
export type TimeoutsDocument = z.output<typeof timeouts>
