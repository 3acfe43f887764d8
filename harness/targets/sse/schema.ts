/** Schemas of a target that pushes events over HTTP, and of its requests. */
import * as z from 'zod'
import { duration } from '../../base/text-schemas.ts'
import { eventTimeSchema } from '../event-age.ts'
import { streamSettings } from '../event-stream/config.ts'
import { headersSchema, httpConfigSchema } from '../http/schema.ts'

/** Configuration of the `sse` target. Parsing it twice changes nothing. */
export const sseConfigSchema = z
  .strictObject({
    /** `http://host:port`; paths of steps are appended. */
    url: httpConfigSchema.shape.url,
    /** Path in the data of an event to the time at which the server made it: `json:at`, ms since 1970 or ISO 8601. */
    eventTime: eventTimeSchema.describe(
      'Where the data of an event says when it was made: json:at, in ms since 1970 or as ISO 8601. Measured as event_age.',
    ),
    ...streamSettings,
  })
  .describe('A server that pushes events over HTTP (server-sent events)')
export type SseConfig = z.output<typeof sseConfigSchema>

const until = z
  .union([
    z.strictObject({ events: z.int().min(1).describe('This many events have come') }),
    z.strictObject({ event: z.string().min(1).describe('An event of this name has come') }),
    z.strictObject({ for: duration.describe('It has lasted this long since the head of the answer') }),
  ])
  .describe('When the subscription is complete: { events: 10 }, { event: done } or { for: 30s }')
export type Until = z.output<typeof until>

/** One subscription; strings may hold `{{variables}}`. */
export const sseRequestSchema = z
  .strictObject({
    /** Path and query. */
    subscribe: z
      .string()
      .regex(/^(\/|\{\{)/, 'a path begins with / or with a variable that does')
      .describe('Path and query'),
    /** Headers of this request. */
    headers: headersSchema.optional().describe('Headers of this request'),
    /** The event after which the server is to go on. */
    lastEventId: z.string().optional().describe('Sent as last-event-id: the event after which to go on'),
    /** The end of the subscription; it is closed then. */
    until,
  })
  .describe('A subscription to events')
export type SseRequest = z.output<typeof sseRequestSchema>
