/** The counts of the messages of a target, and what they come to. */
import * as z from 'zod'
import { count } from './quantities.ts'

/**
 * The channel of a target that consumes what it publishes. once: each message goes to one of all subscribers; each: every
 * subscriber gets it.
 */
export const messageChannelSchema = z.object({
  mode: z.enum(['once', 'each']),
  /** The number of subscribers in the run, numbered from 0. */
  subscribers: count,
})
export type MessageChannel = z.infer<typeof messageChannelSchema>

const amount = z.number()

/**
 * The counts of a shard. Each message is expected as often as it has recipients: once, or by every subscriber. Refused and
 * in-doubt ones may come out as delivered later, so a shard may count less than nothing of them; the sum over shards is exact.
 */
export const messageCountsSchema = z.object({
  /** The name of the target. */
  target: z.string(),
  /** Deliveries expected of all messages that got a number. */
  issued: amount,
  /** Those of messages that the broker refused, and that did not arrive. */
  refused: amount,
  /** Those of messages of which nobody knows whether the broker took them, and that did not arrive. */
  inDoubt: amount,
  /** Those that were still expected when the memory of their number was needed again: lost. */
  expired: amount,
  /** First deliveries. */
  delivered: amount,
  duplicates: amount,
  /** First deliveries of a number below the highest seen of the same connection and subscriber. */
  reordered: amount,
  /** Deliveries of messages that were lost already. */
  late: amount,
  /** Messages that were not published by this run. */
  foreign: amount,
  /** Deliveries before their message was sent, by the clock: not timed. */
  skewed: amount,
})
export type MessageCounts = z.infer<typeof messageCountsSchema>

/** The names of the counters, in the order of their columns in shared memory. */
export const MESSAGE_COLUMNS = Object.keys(
  messageCountsSchema.omit({ target: true }).shape,
) as readonly Exclude<keyof MessageCounts, 'target'>[]

/** Returns the deliveries that are still expected. */
export function pendingOf(counts: Omit<MessageCounts, 'target'>): number {
  const { issued, refused, inDoubt, expired, delivered } = counts
  return issued - refused - inDoubt - expired - delivered
}
