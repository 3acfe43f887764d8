/** Steps of a journey: requests, think time, and the steps that targets bring. */
import * as z from 'zod'
import { duration } from '../base/text-schemas.ts'
import type { Written } from '../base/written.ts'
import { stepKinds, type TargetStep } from '../targets/index.ts'
import { type RequestDocument, type RequestStep, requestStepSchema } from '../targets/step.ts'
import { LOGIN_RETRY } from './defaults.ts'
import { thinkStep } from './think-step.ts'

export const loginRetry = z
  .strictObject({
    backoff: duration
      .optional()
      .describe(
        `Pause after a login that failed, doubled from one to the next. Default: ${LOGIN_RETRY.backoff}.`,
      ),
    maxBackoff: duration.optional().describe(`Longest pause. Default: ${LOGIN_RETRY.maxBackoff}.`),
  })
  .describe('When an agent of the closed model tries again to log in')

const step = z
  .union([
    requestStepSchema,
    thinkStep,
    ...stepKinds.map(({ name, schema }) => z.strictObject({ [name]: schema })),
  ])
  .describe('A request, think time, or a command of the catalogue')

export const steps = z.array(step).min(1, 'at least one step').describe('Walked in order')

/** A step as authors write it. */
export type Step = RequestStep | Written<typeof thinkStep> | TargetStep

/** A checked step; that of a target is its settings under the name of its kind. */
export type StepDocument =
  | RequestDocument
  | z.output<typeof thinkStep>
  | Readonly<Record<string, Readonly<Record<string, unknown>>>>
