/** A demand that grows, beside what stored searches have found safe. `forecast.json` is a `CapacityForecast`. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { CONTROLS, demandForecastSchema } from './capacity.ts'

/** Fewer searches say nothing of how much they differ. */
export const SEARCHES_MIN = 3

/** A figure with its 90 % interval; both ends null: too few searches tell of it. */
const estimateSchema = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type ForecastEstimate = Readonly<z.infer<typeof estimateSchema>>

const searchSchema = z.object({
  id: plainName,
  startedAt: z.string(),
  build: z.string().nullable(),
  /** The confirmed rate, or number of agents. */
  safe: z.number(),
})

const monthSchema = z.object({
  /** From now on. */
  month: z.number(),
  demand: z.number(),
  /** Needed with the reserve and one spare; null without a number of those that serve now. */
  instances: estimateSchema.nullable(),
})

export const capacityForecastSchema = z.object({
  schemaVersion: z.literal(1),
  scenario: plainName,
  by: z.enum(CONTROLS),
  /** ISO 8601 */
  at: z.string(),
  ...demandForecastSchema.shape,
  /** The query that found the demand; null: it was given. */
  demandQuery: z.string().nullable(),
  /** Requests of one arrival; null: not known. */
  requestsPerStart: z.number().nullable(),
  /** The oldest first: those since the capacity last changed. */
  searches: z.array(searchSchema),
  /** Searches of the same load before that. */
  olderCount: z.number(),
  safe: estimateSchema,
  /** Share of the safe rate that the demand leaves; negative: it does not hold the demand. */
  headroom: estimateSchema,
  /** Months until the reserve is gone, 0 when it is gone already; null without growth. */
  endsInMonths: estimateSchema.nullable(),
  /** The day on which it is gone, ISO 8601; null without growth. */
  endsOn: z.string().nullable(),
  months: z.array(monthSchema),
})
export type CapacityForecast = Readonly<z.infer<typeof capacityForecastSchema>>
