/** One objective against what was observed, and how its error budget is used up. */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { objectiveDemandSchema } from './demand.ts'
import { objectiveFunctionSchema } from './plan/objective-schema.ts'
import { SEVERITIES } from './severity.ts'

/** The urgency of a burn rate: fast for now, slow for this week. */
export const BURN_ALERTS = ['ok', 'slow-burn', 'fast-burn'] as const
export type BurnAlert = (typeof BURN_ALERTS)[number]

/** Burn rate over a window: 1 spends a whole budget in exactly `budgetDays`. Null: bad requests where none is allowed. */
const burnSchema = z.object({ windowMs: z.number(), rate: z.number().nullable() })

/** The bad requests that an objective allows, and how they are used up (SRE workbook, chapter 5). */
export const errorBudgetSchema = z.object({
  /** Share of requests that may be bad. */
  allowedRatio: z.number(),
  badCount: z.number(),
  totalCount: z.number(),
  /** bad / (allowed x total); above 1 it is overspent. Null: bad requests where none is allowed. */
  burnedRatio: z.number().nullable(),
  /** 0-1 */
  budgetLeftRatio: z.number(),
  burnRate: z.object({ long: burnSchema, short: burnSchema }),
  alert: z.enum(BURN_ALERTS),
  /** Length of the period that a whole budget is for. */
  budgetDays: z.number(),
  /** Until a whole budget would be used up at the tested load, ms; null when nothing burns. */
  exhaustionMs: z.number().nullable(),
})
export type ErrorBudget = z.infer<typeof errorBudgetSchema>

/** A stretch in which an objective was beyond its bound, ms since run start. */
const breachedSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** The longest part of it without a break, ms. */
  longestMs: z.number(),
  /** True when it lasted until the end of the load. */
  isToEnd: z.boolean(),
})
export type Breached = z.infer<typeof breachedSchema>

/** One objective against what was observed. */
export const objectiveResultSchema = z.object({
  ...objectiveDemandSchema.shape,
  fn: objectiveFunctionSchema,
  metric: z.string(),
  labels: recordOf(z.string()),
  within: z.number().nullable(),
  outcome: z.enum(['met', 'missed', 'unproven', 'no-data']),
  observed: z.number().nullable(),
  /** True when `observed` is a lower bound: it falls among unanswered requests. */
  isAtLeast: z.boolean(),
  /**
   * The two-sided 95 % confidence interval of `observed` that decided the outcome, in the unit of the bound; its upper end is null
   * where more samples are needed for one. Null for what is no claim about a share, for fewer than 10 independent samples, and
   * where the outcome was decided while load ran.
   */
  interval: z.tuple([z.number(), z.number().nullable()]).nullable(),
  severity: z.enum(SEVERITIES),
  role: z.enum(['core', 'handler', 'validation']),
  sampleCount: z.number(),
  /** The number of independent samples of equal worth (design effect); null for claims that are not about a share. */
  effectiveSampleCount: z.number().nullable(),
  builtIn: z.boolean(),
  /** The finding, without the objective itself. */
  message: z.string(),
  /** Null for what allows no share of bad requests, and for what nobody measured. */
  budget: errorBudgetSchema.nullable(),
  /** The stretch in which it was most beyond its bound; null when no interval was, or none tells. */
  breached: breachedSchema.nullable(),
})
export type ObjectiveResult = z.infer<typeof objectiveResultSchema>
