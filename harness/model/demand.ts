/**
 * A demand that a run is held to: an objective, or a gate of a comparison with a baseline. Whatever tells of one carries
 * these fields: nothing finds a demand by its text, or takes the text apart.
 */
import * as z from 'zod'
import type { ComparisonCheck } from './comparison.ts'

export const OPERATORS = ['<', '<=', '>', '>='] as const

const NO_WORSE = 'no worse than'

export const demandSchema = z.object({
  /** Unique in a run, and the same in every run of the scenario: the author's name, else made of the text. */
  id: z.string(),
  /** The name its author gave it; null: it goes by its text. */
  name: z.string().nullable(),
  /** The whole demand in one line, as its author wrote it. */
  expect: z.string(),
  /** The text left of the operator: `p99(response_time{step=x})`. */
  claim: z.string(),
  op: z.enum([...OPERATORS, NO_WORSE]),
  /** In `unit`; null for a gate, whose bound is the baseline. */
  bound: z.number().nullable(),
  unit: z.string(),
})
export type Demand = z.infer<typeof demandSchema>

/** The demand of an objective. */
export const objectiveDemandSchema = demandSchema.extend({ op: z.enum(OPERATORS), bound: z.number() })
export type ObjectiveDemand = z.infer<typeof objectiveDemandSchema>

/** Copies the fields of a demand out of whatever carries them. */
export function demandOf<T extends Demand>(carrier: T): Pick<T, keyof Demand> {
  const { id, name, expect, claim, op, bound, unit } = carrier
  return { id, name, expect, claim, op, bound, unit }
}

/** Prefixes of ids that no author may take. */
export const RESERVED_ID = /^(?:built-in|no-worse):/

/** The id of an objective that stands in every run unless its author says otherwise. */
export function builtInId(metric: string): string {
  return `built-in:${metric}`
}

/** The demand of a gate of a comparison, in the form of an objective. */
export function gateDemand(
  { metric, step }: Pick<ComparisonCheck, 'metric' | 'step'>,
  baseline: string | null,
): Demand {
  const claim = `${metric}${step === null ? '' : `{step=${step}}`}`
  return {
    id: `no-worse:${claim}`,
    name: null,
    expect: `${claim} ${NO_WORSE} ${baseline ?? 'the baseline'}`,
    claim,
    op: NO_WORSE,
    bound: null,
    unit: '',
  }
}
