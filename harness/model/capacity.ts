/** A search for the capacity of a system: its settings, its probes, what it found. The schemas are the types; `capacity.json` is a `CapacityRecord`. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'
import { OUTCOMES } from './verdict.ts'

export const CONTROLS = ['rate', 'agents'] as const
/** The variable that is searched: arrivals a second of an open load, or agents of a closed one. */
export type CapacityControl = (typeof CONTROLS)[number]

/** An objective that bounds the capacity. */
export const capacityLimitSchema = z.object({
  /** Id of the objective. */
  id: z.string(),
  expect: z.string(),
  /** Share of observations that may be beyond the bound; null: the objective bounds a value. */
  allowed: z.number().nullable(),
  /** Bound of the p99 of all response times, ms; null: it bounds something else. */
  p99Ms: z.number().nullable(),
  /** No objective of the scenario bounds its capacity: this one was assumed. */
  isAssumed: z.boolean(),
})
export type CapacityLimit = Readonly<z.infer<typeof capacityLimitSchema>>

const shareReadingSchema = z.object({
  kind: z.literal('share'),
  /** Observations that count against the limit, of `n`. */
  k: z.number(),
  n: z.number(),
  /** The factor by which observations are worth less than independent ones. */
  designEffect: z.number(),
})
const valueReadingSchema = z.object({
  kind: z.literal('value'),
  /** ln(observed / bound); above 0 is beyond the bound. */
  y: z.number(),
  sd: z.number(),
})
/** The result of one probe against one limit; null: nothing was measured for it. */
export const limitReadingSchema = z.discriminatedUnion('kind', [shareReadingSchema, valueReadingSchema])
export type LimitReading = Readonly<z.infer<typeof limitReadingSchema>>

export const PROBE_PURPOSES = ['range', 'search', 'confirm', 'drift'] as const
export type ProbePurpose = (typeof PROBE_PURPOSES)[number]

/** The part of a probe on which the search decides. */
export const searchProbeSchema = z.object({
  purpose: z.enum(PROBE_PURPOSES),
  /** Arrivals a second, or agents. */
  x: z.number(),
  /** Judged seconds. */
  seconds: z.number(),
  /** The time from the end of the probe before to the end of this one, recovery included. */
  elapsedS: z.number(),
  /**
   * early: it was plainly beyond the limit. void: the generator spoilt it. not-recovered: the service did not come back to itself
   * before it, and it was not sent. halted: an emergency ended it, and the search.
   */
  ended: z.enum(['whole', 'early', 'void', 'not-recovered', 'halted']),
  /** By limit, in their order; null: not measured. */
  readings: z.array(limitReadingSchema.nullable()),
})
export type SearchProbe = Readonly<z.infer<typeof searchProbeSchema>>

/** Quantiles of a capacity; `isSeen` false: it lies beyond all that was tried, and is at least `low`. */
export const capacityEstimateSchema = z.object({
  median: z.number(),
  low: z.number(),
  high: z.number(),
  isSeen: z.boolean(),
})
export type CapacityEstimate = Readonly<z.infer<typeof capacityEstimateSchema>>

/**
 * max-held: the largest x that was allowed is met. nothing-met: not even the lowest x is. generator: the generator could not send
 * more. cut-short: time or people ended it before all was known.
 */
export const SEARCH_ENDINGS = [
  'found',
  'max-held',
  'nothing-met',
  'generator',
  'not-recovered',
  'halted',
  'cut-short',
] as const
export type SearchEnding = (typeof SEARCH_ENDINGS)[number]

/** The settings of a search. Its state is its probes: they and these give every decision again. */
export const searchSettingsSchema = z.object({
  /** The first x. */
  from: z.number(),
  /** The largest x; null: none is too large. */
  max: z.number().nullable(),
  /** Half the width of the 90 % interval at which the search is over, as a ratio. */
  precision: z.number(),
  probesMax: z.number(),
  budgetS: z.number(),
  /** Seconds of every probe; null: as many as its limits need. */
  probeS: z.number().nullable(),
  /** x is a number of agents: probes are whole, and each a different one. */
  isWhole: z.boolean(),
})
export type SearchSettings = Readonly<z.infer<typeof searchSettingsSchema>>

/** A probe with what people want to see of it. */
export const capacityProbeSchema = searchProbeSchema.extend({
  /** Null: no load was sent. */
  runId: plainName.nullable(),
  /** The reason for this x. */
  why: z.string(),
  /** The reason for its end before its time, or for not being believed; null for neither. */
  reason: z.string().nullable(),
  /** Seconds that the service took before it to be itself again; null: that was not looked at. */
  recoveredS: z.number().nullable(),
  startedPerSec: z.number(),
  /** Requests that ended well. */
  achievedPerSec: z.number(),
  p99Ms: z.number().nullable(),
  meanMs: z.number().nullable(),
  meanInFlight: z.number(),
  errorRatio: z.number(),
  requestsPerStart: z.number().nullable(),
  /** The most time by component of the target: its name, and its share of the service time. */
  components: z.array(z.object({ name: z.string(), ratio: z.number() })),
  cautions: z.array(z.string()),
})
export type CapacityProbe = Readonly<z.infer<typeof capacityProbeSchema>>

/** Demand now and later, to which a capacity is held. */
export const demandForecastSchema = z.object({
  demand: z.number(),
  /** Growth a month. */
  growth: z.number().nullable(),
  /** Share of the safe rate that is to stay free. */
  reserve: z.number(),
  /** Instances that were measured together; null: not told. */
  instances: z.number().nullable(),
})
export type DemandForecast = Readonly<z.infer<typeof demandForecastSchema>>

const limitAnswerSchema = capacityLimitSchema.extend({
  /** Null: not enough is known. */
  capacity: capacityEstimateSchema.nullable(),
  /** Probability that it is the one that is missed first. */
  bindingProbability: z.number(),
})

export const capacityAnswerSchema = z.object({
  outcome: z.enum(OUTCOMES),
  exitCode: z.number(),
  ending: z.enum(SEARCH_ENDINGS),
  /** One sentence. */
  message: z.string(),
  /** The x that a long probe has proven to keep all limits; the number to quote. */
  safe: z.number().nullable(),
  /** Null: not known from both sides. */
  capacity: capacityEstimateSchema.nullable(),
  /** The capacity is at least this, where it is not known. */
  atLeast: z.number().nullable(),
  limits: z.array(limitAnswerSchema),
  /** Ids of limits. */
  binding: z.string().nullable(),
  next: z.string().nullable(),
  /** The lowest x of which less than 98 % was achieved; null: not seen up to `largest`. */
  saturation: z.number().nullable(),
  largest: z.number(),
  /** The x with the most throughput for its response time. */
  knee: z.number().nullable(),
  scalability: z
    .object({
      lambda: z.number(),
      alpha: z.number(),
      beta: z.number(),
      /** Null: none may be stated. */
      peakPerSec: z.number().nullable(),
      peakInFlight: z.number().nullable(),
    })
    .nullable(),
  /** The longest time to be itself again, and the x before; null: it was never beyond itself. */
  recovery: z.object({ seconds: z.number(), after: z.number() }).nullable(),
  culprit: z.object({ name: z.string(), ratio: z.number() }).nullable(),
  /** Null without a demand. */
  forecast: z
    .object({
      ...demandForecastSchema.shape,
      /** Share of the safe rate that the demand leaves; negative: it does not hold the demand. */
      headroom: z.number(),
      /** Months until the reserve is gone; null without growth, 0 when it is gone already. */
      monthsLeft: z.number().nullable(),
      /** Instances needed now with the reserve and one spare; null without a number of them. */
      instancesNeeded: z.number().nullable(),
    })
    .nullable(),
  cautions: z.array(z.object({ code: z.string(), message: z.string() })),
})
export type CapacityAnswer = Readonly<z.infer<typeof capacityAnswerSchema>>

export const capacityRecordSchema = z.object({
  schemaVersion: z.literal(1),
  capacityId: plainName,
  scenario: plainName,
  by: z.enum(CONTROLS),
  startedAt: z.string(),
  finishedAt: z.string(),
  /** The scenario's own load, its level aside: a search goes on with the same one only. */
  loadHash: z.string(),
  seed: z.number(),
  settings: searchSettingsSchema,
  limits: z.array(capacityLimitSchema),
  /** Bound of the assumed limit on p99, ms: ten times that of the first probe. Null: not assumed, or not known yet. */
  assumedP99Ms: z.number().nullable(),
  /** p95 under light load before the search, ms; null: not measured yet. */
  referenceP95Ms: z.number().nullable(),
  probes: z.array(capacityProbeSchema),
  /** Null while the search goes on. */
  answer: capacityAnswerSchema.nullable(),
})
export type CapacityRecord = Readonly<z.infer<typeof capacityRecordSchema>>
