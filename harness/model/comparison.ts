/** The result of a comparison of runs, as it stands in the verdict and as `proofload compare` prints it (STATS section 7). */
import * as z from 'zod'
import { COMPARED_METRICS } from './run-summary.ts'

export const CHECK_STATES = [
  'OK',
  'IMPROVED',
  /** Worse for certain, but by less than matters. */
  'DRIFT',
  /** Perhaps worse; not confirmed. */
  'SUSPECT',
  'REGRESSED',
  /** A regression that matters could not have been seen. */
  'BLIND',
  'NO-BASELINE',
  /** Not measured, or on too few requests. */
  'INVALID',
] as const
export type CheckState = (typeof CHECK_STATES)[number]

/** The levels of a check in rising order; the verdict is the highest. */
export const LEVELS = ['ok', 'caution', 'invalid', 'no-go'] as const
export type Level = (typeof LEVELS)[number]

/** The subjects of a check: a compared metric, or intervals in which the target stalled. */
export const CHECKED_METRICS = [...COMPARED_METRICS, 'stalls'] as const

const testSchema = z.object({
  /** Difference on the scale of the metric; positive is worse. */
  theta: z.number(),
  se: z.number(),
  df: z.number(),
  /** Variance from run to run. */
  v: z.number(),
  t: z.number(),
  /** One-sided. */
  p: z.number(),
})

export const comparisonCheckSchema = z.object({
  /** Null for the whole run. */
  step: z.string().nullable(),
  metric: z.enum(CHECKED_METRICS),
  /** The time that a percentile is of: that from sending on when the generator was late to send. Null for other metrics. */
  time: z.enum(['response_time', 'service_time']).nullable(),
  state: z.enum(CHECK_STATES),
  level: z.enum(LEVELS),
  /** All of what follows is null without figures on both sides. */
  test: testSchema.nullable(),
  /** `p` over all gates, by Holm. */
  pAdjusted: z.number().nullable(),
  /** Within the interleaved pairs alone. */
  pairs: testSchema.nullable(),
  /** Smallest difference that matters, on the scale of the metric. */
  delta: z.number().nullable(),
  /** exp(theta) - 1: 0.1 is 10 % worse. For error_ratio a difference of the ratio itself, for stalls of their number. */
  change: z.number().nullable(),
  /** The same change of the percentile of service_time; null for other metrics, and where it was not measured. */
  serviceChange: z.number().nullable(),
  /** Smallest change that would have been confirmed with 90 % probability, in the unit of `change`. */
  detectable: z.number().nullable(),
  /** Sessions, or runs of pairs, that were compared. */
  baselineCount: z.number(),
  candidateCount: z.number(),
  /** Baseline runs that lie too far from the others to be used for this metric. */
  excluded: z.array(z.string()),
})
export type ComparisonCheck = z.infer<typeof comparisonCheckSchema>

export const comparisonSchema = z.object({
  /** Name of the baseline; null for runs that were compared by themselves. */
  baseline: z.string().nullable(),
  level: z.enum(LEVELS),
  /** True when what it found stands, whatever became of the judged run: each run that counts is a valid measurement. */
  believed: z.boolean(),
  /** Proven: the worst that fits the figures is within the margin, for every gate. */
  evidence: z.enum(['proven', 'none']),
  /** The measurement that would decide; null when all is decided. */
  needs: z
    .object({ pairs: z.number() })
    .or(z.object({ reruns: z.number() }))
    .nullable(),
  reason: z.string(),
  /** Remarks that are no reasons: steps that are not compared, runs that could not be made. */
  notes: z.array(z.string()),
  checks: z.array(comparisonCheckSchema),
  /** Steps that look slower, for people: at most one in twenty by chance. The gates among the checks decide. */
  steps: z.array(
    z.object({
      step: z.string(),
      metric: z.enum(COMPARED_METRICS),
      change: z.number(),
      pAdjusted: z.number(),
    }),
  ),
  /** Components of the target that take longer a request, the one that adds most first. */
  components: z.array(
    z.object({
      component: z.string(),
      /** Mean time a request, us. */
      baselineUs: z.number(),
      candidateUs: z.number(),
      /** The share of everything that was added. */
      share: z.number(),
    }),
  ),
})
export type Comparison = z.infer<typeof comparisonSchema>
