/** The failures of one step, as text and by example: the same in what a shard hands on and in what a record keeps. */
import * as z from 'zod'
import { count, instantMs } from './quantities.ts'

/** The number of failures that ended for one reason. */
export const failureCountSchema = z.object({
  /** Error kind. */
  kind: z.string(),
  /** The reason: masked, on one line, at most 200 characters; `other` for those that were too many to be told apart. */
  text: z.string(),
  count,
})
export type FailureCount = z.infer<typeof failureCountSchema>

/** One failure in detail. */
export const failureSampleSchema = z.object({
  kind: z.string(),
  text: z.string(),
  /** Its intended start, ms since run start. */
  atMs: instantMs,
  /** Null where the target has none. */
  method: z.string().nullable(),
  url: z.string().nullable(),
  /** Null when there was no answer. */
  status: z.number().nullable(),
  /** Begin of the body; null when there was none, or nothing in the step looked at it. */
  body: z.string().nullable(),
  /** In the target's traces; null when it carried none of ours. */
  traceId: z.string().nullable(),
})
export type FailureSample = z.infer<typeof failureSampleSchema>

/**
 * The failures of one (phase, step), or of one (phase, journey) by its own code; or the faults of a target that no request of a step
 * waited for.
 */
export const stepFailuresSchema = z.object({
  phase: z.string(),
  /**
   * The things that failed: requests of a step; journeys whose code threw or in which a check failed; connections and
   * subscriptions beside any request.
   */
  of: z.enum(['requests', 'journeys', 'faults']),
  /** The name of the step or journey. */
  step: z.string(),
  counts: z.array(failureCountSchema),
  samples: z.array(failureSampleSchema),
})
export type StepFailures = z.infer<typeof stepFailuresSchema>

/** The text of failures that were too many to be told apart. */
export const OTHER_FAILURES = 'other'
/** The number of texts of a step that are told apart in a record. */
export const FAILURE_TEXTS_MAX = 10
/** The number of samples of a step and error kind. */
export const FAILURE_SAMPLES_MAX = 3
