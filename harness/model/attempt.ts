/** Runs that were made again, because the load generator was the reason why nothing could be said. */
import * as z from 'zod'
import { plainName } from '../base/plain-name.ts'

/** An attempt before the one at hand; it was INCONCLUSIVE. */
export const earlierAttemptSchema = z.object({
  runId: plainName,
  /** The first reason of its verdict. */
  reason: z.string(),
})
export type EarlierAttempt = z.infer<typeof earlierAttemptSchema>
