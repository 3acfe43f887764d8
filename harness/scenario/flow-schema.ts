/** Steps that hold other steps: which of them are walked, and how often. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import type { ConditionPlan } from '../model/plan/condition-schema.ts'
import { requestStepSchema } from '../targets/step.ts'
import { condition } from './condition-schema.ts'

/** The most rounds of a repeat; what needs more is a journey of its own, or a longer run. */
export const ROUNDS_MAX = 10_000

/** Rounds that a condition decides on, and at most so many. */
export type RepeatWhile =
  /** Another round while it holds, looked at before each: there may be none. */
  | { readonly while: ConditionPlan; readonly atMost: number }
  /** Another round until it holds, looked at after each: there is at least one. */
  | { readonly until: ConditionPlan; readonly atMost: number }

/** Steps that are walked again and again. */
export interface RepeatStep<Each> {
  /** Number of rounds, or the condition that decides on another one. */
  readonly repeat: number | RepeatWhile
  /** One round. */
  readonly steps: readonly Each[]
}

/** Steps that are walked if a condition holds. */
export interface IfStep<Each> {
  readonly if: ConditionPlan
  /** Walked if it holds. */
  readonly steps: readonly Each[]
  /** Walked if it does not. Default: nothing. */
  readonly else?: readonly Each[] | undefined
}

/** Steps by the value of a variable. */
export interface SwitchStep<Each> {
  /** Name of the variable, without braces. */
  readonly switch: string
  /** Steps by value. */
  readonly cases: Readonly<Record<string, readonly Each[]>>
  /** Walked for any other value, and when the variable is not set. Default: nothing. */
  readonly else?: readonly Each[] | undefined
}

const rounds = z.number().int().min(1).max(ROUNDS_MAX)
const atMost = rounds.describe('Most rounds: what never comes true ends, too')

/** Steps whose time is measured together: `group_time{group=checkout}`. */
export interface GroupStep<Each> {
  /** Name under which it is measured. */
  readonly group: string
  readonly steps: readonly Each[]
}

/** Requests that an agent sends at once. */
export interface ParallelStep<Each> {
  /** Each on a connection of its own, as far as `connectionsPerAgent` allows; the next step follows the last answer. */
  readonly parallel: readonly Each[]
}

/** The most requests of one agent at once. */
const PARALLEL_MAX = 100

/** The schemas of these steps. @param steps returns the schema of the lists inside them */
export function flowSchemas<Steps extends z.ZodType>(steps: () => Steps) {
  const otherwise = (what: string) => steps().optional().describe(what)
  return [
    z.strictObject({
      repeat: z
        .union([
          rounds,
          z.strictObject({ until: condition, atMost }),
          z.strictObject({ while: condition, atMost }),
        ])
        .describe(
          'Rounds of steps: a number, { until: condition, atMost: 20 }, looked at after each, or { while: condition, atMost: 20 }, looked at before',
        ),
      get steps() {
        return steps()
      },
    }),
    z.strictObject({
      if: condition,
      get steps() {
        return steps()
      },
      get else() {
        return otherwise('Walked if it does not. Default: nothing.')
      },
    }),
    z.strictObject({
      switch: z.string().min(1).describe('Name of a variable, without braces, whose value decides'),
      get cases() {
        return recordOf(steps()).describe('Steps by value')
      },
      get else() {
        return otherwise('Walked for any other value, and when the variable is not set. Default: nothing.')
      },
    }),
    z.strictObject({
      group: z
        .string()
        .min(1)
        .max(200)
        .describe('Name under which the time of the steps is measured together: group_time{group=checkout}'),
      get steps() {
        return steps()
      },
    }),
    z.strictObject({
      parallel: z
        .array(requestStepSchema)
        .min(2, 'at least two requests')
        .max(PARALLEL_MAX)
        .describe(
          'Requests that the agent sends at once, as far as connectionsPerAgent allows; the next step follows the last answer',
        ),
    }),
  ] as const
}
