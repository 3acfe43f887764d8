/** The deliveries of one output in a run, as the record keeps them. */
import * as z from 'zod'
import { count } from './quantities.ts'

export const outputReportSchema = z.object({
  plugin: z.string(),
  /** The place it sends to, without what may be secret in it. */
  place: z.string(),
  sentCount: count,
  failedCount: count,
  /** Intervals that had to give way to later ones, because the receiver was slow. */
  droppedCount: count,
  lastError: z.string().nullable(),
})
export type OutputReport = z.infer<typeof outputReportSchema>
