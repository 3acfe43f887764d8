/** The step `operations`: one command of the catalogue, picked by class. */
import * as z from 'zod'
import type { Written } from '../../base/written.ts'
import type { OperationMix } from '../../model/plan.ts'
import type { StepKind, WeightedRequest } from '../../ports/target-plugin.ts'
import { walk } from '../step.ts'
import { ESCALATIONS, OPERATION_CLASSES, operationsOfClass } from './catalogue.ts'

const share = (what: string) => z.number().min(0).describe(`Share of ${what} commands, in any unit`)

const schema = z
  .strictObject({
    /** Frequency of each class. Default: the mix of the workload. */
    mix: z
      .strictObject({ safe: share('safe'), risky: share('risky'), complex: share('complex') })
      .refine(({ safe, risky, complex }) => safe + risky + complex > 0, 'at least one share above 0')
      .optional()
      .describe('How often each class. Default: the mix of the workload.'),
    ...walk,
  })
  .describe("One command of the sandbox's catalogue; recorded as safe, risky or complex")

/** A step `operations` as authors write it. */
export type OperationsStep = { readonly operations: Written<typeof schema> }

/** One command of the sandbox's catalogue, picked by class; recorded as `safe`, `risky` or `complex`. */
export function operations(settings: OperationsStep['operations'] = {}): OperationsStep {
  return { operations: settings }
}

/** The class by the mix, each command of a class equally likely, recorded under its class. */
export const operationsStep: StepKind = {
  name: 'operations',
  schema,
  expand(settings, mixOfWorkload) {
    const { mix = mixOfWorkload } = settings as z.output<typeof schema>
    return OPERATION_CLASSES.filter((name) => mix[name] > 0).flatMap((name) => commandsOf(name, mix))
  },
}

function commandsOf(name: (typeof OPERATION_CLASSES)[number], mix: OperationMix): WeightedRequest[] {
  const commands = operationsOfClass(name)
  return commands.map(({ method, path }) => ({
    weight: mix[name] / commands.length,
    step: name,
    request: { method, path },
    followUps: name === 'complex' ? FOLLOW_UPS : [],
  }))
}

const FOLLOW_UPS: WeightedRequest['followUps'] = ESCALATIONS.map(({ kind, probability, path }) => ({
  kind,
  probability,
  step: `escalation/${kind}`,
  request: { method: 'POST', path },
}))
