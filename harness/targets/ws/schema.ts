/** Schemas of a WebSocket target and its requests, as scenarios write them. */
import * as z from 'zod'
import { bodySchema } from '../../expectations/body.ts'
import { membersSchema } from '../consume.ts'
import { eventTimeSchema } from '../event-age.ts'
import { headersSchema, mutualTlsSchema, sizeSchema, urlSchema } from '../http/schema.ts'
import { problemOfWsUrl } from './endpoint.ts'

/** The most messages that one request may wait for. */
const AWAITED_MAX = 100_000
const INBOX_MAX = 100_000
/** Codes that a client may close with, RFC 6455 section 7.4. */
const isCloseCode = (code: number) => code === 1000 || (code >= 3000 && code <= 4999)

const path = z.string().regex(/^(\/|\{\{|$)/, 'a path begins with / or with a variable that does')
const jsonPath = z.string().regex(/^json:./, 'a place in a JSON message, for example json:id')

/** The content of one message. */
export const wsContentSchema = z.union([
  z.strictObject({
    /** A text message that holds this value as JSON. */
    json: z.unknown().describe('A text message that holds this value as JSON'),
  }),
  z.strictObject({
    /** A text message. */
    text: z.string().describe('A text message'),
  }),
  z.strictObject({
    /** A binary message, written in base64. */
    base64: z.base64().describe('A binary message, written in base64'),
  }),
])
export type WsContent = z.output<typeof wsContentSchema>

const consumeSchema = z.strictObject({
  path: z
    .string()
    .regex(/^(\/|$)/, 'a path begins with /')
    .default('')
    .describe('Path at which the standing sessions are opened'),
  join: wsContentSchema
    .optional()
    .describe('Message that each of them sends first, so that the server hands on to it'),
  members: membersSchema,
})

/** Configuration of the `ws` target. Parsing it twice changes nothing. */
export const wsConfigSchema = z
  .strictObject({
    /** `ws://host:port`; the paths of `open` are appended. */
    url: urlSchema(problemOfWsUrl).describe('ws(s)://host:port; the paths of open are appended'),
    /** Protocols offered in the handshake, the preferred one first. */
    subprotocols: z
      .array(z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'a subprotocol is one word'))
      .default([])
      .describe('Protocols offered in the handshake, the preferred one first'),
    /** Headers of the handshake. */
    headers: headersSchema.default({}).describe('Headers of the handshake'),
    /** The places where a message and its answer hold the same id. */
    correlate: z
      .strictObject({
        /** Place of the id in a message sent: `json:id`. */
        out: jsonPath.describe('Place of the id in a message sent: json:id'),
        /** Place of the same id in its answer: `json:re`. */
        in: jsonPath.describe('Place of the same id in its answer: json:re'),
      })
      .optional()
      .describe('The places where a message and its answer hold the same id'),
    /** Messages an agent keeps that no step has taken yet; the oldest is dropped. Default: 256. */
    inbox: z
      .int()
      .min(1)
      .max(INBOX_MAX)
      .default(256)
      .describe('Messages an agent keeps that no step has taken yet; the oldest is dropped'),
    /** Offers permessage-deflate, which costs the generator more than the server. Default: false. */
    compression: z
      .boolean()
      .default(false)
      .describe('Whether permessage-deflate is offered; it costs the generator more than the server'),
    /** Largest message received, also after decompression. Default: `'64MiB'`. */
    maxMessage: sizeSchema.default('64MiB').describe('Largest message received, also after decompression'),
    /** Place in a message of the time at which the server made it: `json:at`, ms since 1970 or ISO 8601. */
    eventTime: eventTimeSchema.describe(
      'Where a message says when it was made: json:at, in ms since 1970 or as ISO 8601. Measured as event_age.',
    ),
    /** Standing sessions that account for what agents broadcast. */
    consume: consumeSchema
      .optional()
      .describe(
        'Standing sessions, each of which gets everything that agents broadcast, and accounts for it',
      ),
    /** Proof of the server's identity. */
    tls: mutualTlsSchema.default({ verify: true }).describe('How the server proves who it is'),
    /** Process of the target on this machine, to record its CPU and memory. */
    pid: z
      .int()
      .positive()
      .optional()
      .describe('Process of the target on this machine, to record its CPU and memory'),
  })
  .describe('A WebSocket server')
export type WsConfig = z.output<typeof wsConfigSchema>

/** The messages to wait for. */
export const wsAwaitSchema = z.strictObject({
  /** Requirements on a message: `{ json: { op: 'joined' } }`. Default: any message. */
  where: bodySchema
    .optional()
    .describe('Requirements on a message: { json: { op: joined } }. Default: any message.'),
  /** Number of messages. Default: 1. */
  count: z.int().min(1).max(AWAITED_MAX).default(1).describe('Number of messages'),
})
export type WsAwait = z.output<typeof wsAwaitSchema>

const closeSchema = z.strictObject({
  /** 1000, or 3000 to 4999. Default: 1000. */
  code: z
    .int()
    .refine(isCloseCode, 'a client closes with 1000 or 3000 to 4999')
    .default(1000)
    .describe('Close code'),
  /** Text for the server. */
  reason: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= 123, 'at most 123 bytes')
    .default('')
    .describe('Text for the server'),
})

/** One request; strings may hold `{{variables}}`. */
export const wsRequestSchema = z
  .strictObject({
    /** Opens a session at this path, in place of the one the agent has. */
    open: path.optional().describe('Opens a session at this path, in place of the one the agent has'),
    /** Sends a message. */
    send: wsContentSchema.optional().describe('Sends a message'),
    /** The server hands the message on to the standing sessions, which account for it. */
    broadcast: z
      .literal(true)
      .optional()
      .describe(
        'The server hands what is sent on to the standing sessions of `consume`, which account for it',
      ),
    /** Waits for messages. */
    await: wsAwaitSchema.optional().describe('Waits for messages; after a send, for those that come later'),
    /** Sends a ping and waits for the pong. */
    ping: z.strictObject({}).optional().describe('Sends a ping and waits for the pong'),
    /** Closes the session and waits until it is closed. */
    close: closeSchema.optional().describe('Closes the session and waits until it is closed'),
  })
  .refine(({ open, send, await: awaited, ping, close }) => {
    const alone = [open, ping, close].filter((part) => part !== undefined).length
    const isMessage = send !== undefined || awaited !== undefined
    return alone + (isMessage ? 1 : 0) === 1
  }, 'a request is one of open, send, await, send with await, ping, close')
  .refine(({ broadcast, send }) => broadcast === undefined || (send !== undefined && holdsHeader(send)), {
    path: ['broadcast'],
    error: 'what is broadcast is a JSON object or binary: it carries a number',
  })
  .describe('A WebSocket request')
export type WsRequestDocument = z.output<typeof wsRequestSchema>

function holdsHeader(content: WsContent): boolean {
  if ('base64' in content) return true
  return (
    'json' in content &&
    typeof content.json === 'object' &&
    content.json !== null &&
    !Array.isArray(content.json)
  )
}
