/** Conditions on variables of an agent, as plain data: each has an answer, whatever the variables are. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'

const value = z.union([z.string(), z.number(), z.boolean()])

/** Tests of one variable; each that is there has to hold. */
const variableConditionSchema = z.object({
  variable: z.string(),
  equals: value.optional(),
  in: z.array(value).optional(),
  /** A regular expression. */
  matches: z.string().optional(),
  exists: z.boolean().optional(),
  above: z.number().optional(),
  below: z.number().optional(),
})
export type VariableCondition = Immutable<z.infer<typeof variableConditionSchema>>

const notSchema = z.object({
  get not(): typeof conditionSchema {
    return conditionSchema
  },
})
const allSchema = z.object({
  get all(): z.ZodArray<typeof conditionSchema> {
    return z.array(conditionSchema)
  },
})
const anySchema = z.object({
  get any(): z.ZodArray<typeof conditionSchema> {
    return z.array(conditionSchema)
  },
})

export const conditionSchema = z.union([variableConditionSchema, notSchema, allSchema, anySchema])
export type ConditionPlan = Immutable<z.infer<typeof conditionSchema>>
