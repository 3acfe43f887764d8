/** Conditions of steps on variables, as authors write them: data, so that YAML has what TypeScript has, and nothing is evaluated. */
import * as z from 'zod'
import { messageOf } from '../base/errors.ts'
import type { ConditionPlan } from '../model/plan/condition-schema.ts'

const value = z.union([z.string(), z.number(), z.boolean()])

const TESTS = ['equals', 'in', 'matches', 'exists', 'above', 'below'] as const

const variableCondition = z
  .strictObject({
    variable: z
      .string()
      .min(1)
      .describe('Name of a variable, without braces: status, users.tier, agent.iteration'),
    equals: value
      .optional()
      .describe('Value that it has; a text may hold {{variables}}, a number is compared as one'),
    in: z.array(value).min(1).optional().describe('Values of which it has one'),
    matches: z
      .string()
      .superRefine(checkPattern)
      .optional()
      .describe('Regular expression that matches somewhere in it'),
    exists: z.boolean().optional().describe('true: it is set; false: it is not'),
    above: z.number().optional().describe('Number that it is above'),
    below: z.number().optional().describe('Number that it is below'),
  })
  .refine(
    (written) => TESTS.some((test) => written[test] !== undefined),
    'a test: equals, in, matches, exists, above or below',
  )

const not = z.strictObject({
  get not(): z.ZodType<ConditionPlan> {
    return condition
  },
})
const all = z.strictObject({
  get all(): z.ZodType<ConditionPlan[]> {
    return z.array(condition).min(1).describe('Each of them holds')
  },
})
const any = z.strictObject({
  get any(): z.ZodType<ConditionPlan[]> {
    return z.array(condition).min(1).describe('At least one of them holds')
  },
})

/** Each part that is there has to hold. A variable that is not set equals nothing, matches nothing, and is above and below nothing. */
export const condition: z.ZodType<ConditionPlan> = z.union([variableCondition, not, all, any]).meta({
  id: 'condition',
  description:
    'Condition on variables: { variable: status, equals: paid }, { not: ... }, { all: [...] } or { any: [...] }',
})

function checkPattern(text: string, context: z.RefinementCtx): void {
  try {
    new RegExp(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: messageOf(error) })
  }
}
