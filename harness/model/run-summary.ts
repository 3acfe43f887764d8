/**
 * The summary of one run for comparisons: per metric one number on a scale where larger is worse and differences are relative
 * changes, with how uncertain this run alone leaves it (STATS section 4.1).
 */
import * as z from 'zod'
import { recordOf } from '../base/record-of.ts'
import { amount, count, durationMs } from './quantities.ts'

/** Compared percentiles: of response time, and beside it of service time. */
export const COMPARED_PERCENTILES = ['p50', 'p95', 'p99', 'p99_9'] as const
export type ComparedPercentile = (typeof COMPARED_PERCENTILES)[number]

/** Compared metrics. A percentile is of response time. */
export const COMPARED_METRICS = [...COMPARED_PERCENTILES, 'throughput', 'error_ratio'] as const
export type ComparedMetric = (typeof COMPARED_METRICS)[number]

/** A figure of a run on the scale of comparisons, where larger is worse (`analysis/comparison/metric-scale.ts` reads it). */
const scaledFigureSchema = z.object({
  /** ln of the quantile in microseconds; -ln of requests a second; 2 asin sqrt of the error ratio. */
  y: z.number(),
  /** Variance of `y` within this run. */
  w: z.number().nonnegative(),
})
export type ScaledFigure = Readonly<z.infer<typeof scaledFigureSchema>>

const metricSummarySchema = scaledFigureSchema.extend({
  /** The requests that it is a figure of; of a latency those that have a response time, ok and timed-out. */
  count: z.number().positive(),
  /** The factor by which the requests are worth less than independent ones. */
  designEffect: z.number().min(1),
})
export type MetricSummary = z.infer<typeof metricSummarySchema>

/** A run's figures by metric; absent is what nobody measured, and any latency of a run most of whose requests failed. */
export const runSummarySchema = z.object({
  requests: count,
  errors: count,
  seconds: amount,
  /** Intervals with less than half the usual number of answers. */
  stalledIntervals: count,
  metrics: z.partialRecord(z.enum(COMPARED_METRICS), metricSummarySchema),
  /** The percentiles of service time; empty when no request was answered. */
  serviceTime: z.partialRecord(z.enum(COMPARED_PERCENTILES), metricSummarySchema),
})
export type RunSummary = z.infer<typeof runSummarySchema>

/** An interval over all steps, as baselines and histories keep it. */
export const wholeIntervalSchema = z.object({
  startMs: durationMs,
  endMs: durationMs,
  requests: count,
  errors: count,
  /** Response times of ok answers and timeouts, HDR V2 compressed base64; null without any. */
  hdr: z.string().nullable(),
})
export type WholeInterval = z.infer<typeof wholeIntervalSchema>

/** Figures of the measured part of a run: over all steps, and of each. */
export const runSummariesSchema = z.object({
  all: runSummarySchema,
  steps: recordOf(runSummarySchema),
  /** Time that each component of the target took (Server-Timing), in all. */
  componentSumUs: recordOf(z.number()),
})
export type RunSummaries = z.infer<typeof runSummariesSchema>
