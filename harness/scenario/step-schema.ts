/** Steps of a journey: requests, think time, steps that hold others, and the steps that targets bring. */
import * as z from 'zod'
import { duration } from '../base/text-schemas.ts'
import type { Written } from '../base/written.ts'
import { stepKinds, type TargetStep } from '../targets/index.ts'
import { type RequestDocument, type RequestStep, requestStepSchema } from '../targets/step.ts'
import { LOGIN_RETRY } from './defaults.ts'
import {
  flowSchemas,
  type GroupStep,
  type IfStep,
  type ParallelStep,
  type RepeatStep,
  type SwitchStep,
} from './flow-schema.ts'
import { paceStep, rendezvousStep, thinkStep } from './think-step.ts'

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

/** A step as authors write it. */
export type Step =
  | RequestStep
  | Written<typeof thinkStep>
  | Written<typeof paceStep>
  | Written<typeof rendezvousStep>
  | TargetStep
  | RepeatStep<Step>
  | IfStep<Step>
  | SwitchStep<Step>
  | GroupStep<Step>
  | ParallelStep<RequestStep>

/** A checked step that holds others. */
export type FlowDocument =
  | RepeatStep<StepDocument>
  | IfStep<StepDocument>
  | SwitchStep<StepDocument>
  | GroupStep<StepDocument>
  | ParallelStep<RequestDocument>

/** A checked step; that of a target is its settings under the name of its kind. */
export type StepDocument =
  | RequestDocument
  | z.output<typeof thinkStep>
  | z.output<typeof paceStep>
  | z.output<typeof rendezvousStep>
  | FlowDocument
  | Readonly<Record<string, Readonly<Record<string, unknown>>>>

const step = z
  .union([
    requestStepSchema,
    thinkStep,
    paceStep,
    rendezvousStep,
    ...flowSchemas((): z.ZodType => steps),
    ...stepKinds.map(({ name, schema }) => z.strictObject({ [name]: schema })),
  ])
  .describe('A request, think time, steps that hold others, or a command of the catalogue')

export const steps = z
  .array(step)
  .min(1, 'at least one step')
  .meta({ id: 'steps', description: 'Walked in order' }) as unknown as z.ZodType<
  StepDocument[],
  readonly Step[]
>
