/** Schemas of a gRPC target and its requests, as scenarios write them. */
import * as z from 'zod'
import { recordOf } from '../../base/record-of.ts'
import { duration } from '../../base/text-schemas.ts'
import { sizeSchema, tlsSchema } from '../http/schema.ts'

const MESSAGES_MAX = 1_000_000
const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})$/

const metadataSchema = recordOf(
  z.string().refine((value) => /^[\x20-\x7e]*$/.test(value), 'a metadata value is one line of ASCII'),
  z.string().regex(/^[a-z0-9_.-]+$/, 'a metadata key holds only small letters, digits, _, - and .'),
)
  .refine(
    (metadata) => !Object.keys(metadata).some((key) => key.startsWith('grpc-')),
    'keys that begin with grpc- belong to the protocol',
  )
  .refine(
    (metadata) => !Object.keys(metadata).some((key) => key.endsWith('-bin')),
    'binary metadata (-bin) is not supported',
  )

/** Configuration of the `grpc` target. Parsing it twice changes nothing. */
export const grpcConfigSchema = z
  .strictObject({
    /** `host:port`. */
    address: z.string().regex(ADDRESS, 'host:port, for example 127.0.0.1:50051').describe('host:port'),
    /** Files that define the services, relative to the scenario file. */
    protos: z
      .array(z.string().min(1))
      .min(1)
      .describe('Files that define the services, relative to the scenario file'),
    /** Folders in which imports of these files are looked up, relative to the scenario file. Default: those of the files. */
    includes: z
      .array(z.string().min(1))
      .default([])
      .describe('Folders in which imports of these files are looked up, besides their own'),
    /** Sent with every call; those of a request win. */
    metadata: metadataSchema.default({}).describe('Sent with every call; those of a request win'),
    /** Largest message received. Default: `'4MiB'`. */
    maxMessage: sizeSchema.default('4MiB').describe('Largest message received'),
    /** Time between pings that keep a connection alive. Default: none. */
    keepalive: duration
      .optional()
      .describe('Time between pings that keep a connection alive. Default: none.'),
    /** TLS, and the proof of the server's identity. Default: no TLS. */
    tls: tlsSchema.optional().describe('TLS, and how the server proves who it is. Default: no TLS.'),
    /** Process of the target on this machine, to record its CPU and memory. */
    pid: z
      .int()
      .positive()
      .optional()
      .describe('Process of the target on this machine, to record its CPU and memory'),
  })
  .describe('A gRPC server')
export type GrpcConfig = z.output<typeof grpcConfigSchema>

const method = z.string().regex(/^[\w.]+\/\w+$/, 'package.Service/Method, for example route.Guide/GetFeature')
const message = recordOf(z.unknown())
const count = z.int().min(1).max(MESSAGES_MAX)

const sendSchema = z.strictObject({
  /** Fields by name; strings may hold `{{variables}}`, and `{{$i}}`, which counts from 0. */
  message: message
    .default({})
    .describe('Fields by name; strings may hold {{variables}}, and {{$i}}, which counts from 0'),
  /** Number of messages. Default: 1. */
  count: count.default(1).describe('Number of messages'),
  /** Time from message to message. Default: none. */
  every: duration.optional().describe('Time from message to message. Default: one after the other.'),
})
export type GrpcSend = z.output<typeof sendSchema>

const untilSchema = z.union([
  z.strictObject({
    /** This many messages. */
    messages: count.describe('Until this many messages have come'),
  }),
  z.strictObject({
    /** This long. */
    for: duration.describe('For this long'),
  }),
  z.strictObject({
    /** The server's own end. */
    end: z.literal(true).describe("Until the server's own end"),
  }),
])
export type GrpcUntil = z.output<typeof untilSchema>

/** One call; strings may hold `{{variables}}`. */
export const grpcRequestSchema = z
  .strictObject({
    /** A call with one message and one answer: `route.Guide/GetFeature`. */
    unary: method.optional().describe('A call with one message and one answer: route.Guide/GetFeature'),
    /** A call with one message and a stream of answers. */
    serverStream: method.optional().describe('A call with one message and a stream of answers'),
    /** A call with a stream of messages and one answer. */
    clientStream: method.optional().describe('A call with a stream of messages and one answer'),
    /** A call with a stream of messages and a stream of answers. */
    bidi: method.optional().describe('A call with a stream of messages and a stream of answers'),
    /** Fields by name, of the one message of `unary` and `serverStream`. Default: none. */
    message: message
      .optional()
      .describe('Fields by name, of the one message of unary and serverStream. Default: none.'),
    /** The messages of `clientStream` and `bidi`. */
    send: sendSchema.optional().describe('The messages of clientStream and bidi'),
    /** The end of a stream of answers. Default: the server's own. */
    until: untilSchema.optional().describe("The end of a stream of answers. Default: the server's own."),
    /** Pairs the answers of `bidi` with what was sent: `order`, or `json:id`. */
    match: z
      .string()
      .regex(/^(order|json:.+)$/, 'order, or a field that both hold, for example json:id')
      .optional()
      .describe(
        'Pairs the answers of bidi with what was sent: in order, or by a field that both hold (json:id)',
      ),
    /** Metadata of this call. */
    metadata: metadataSchema.optional().describe('Metadata of this call'),
  })
  .superRefine((request, context) => {
    const problem = problemOf(request)
    if (problem !== null) context.addIssue({ code: 'custom', message: problem })
  })
  .describe('A gRPC call')
export type GrpcRequestDocument = z.output<typeof grpcRequestSchema>

interface Parts {
  readonly unary?: unknown
  readonly serverStream?: unknown
  readonly clientStream?: unknown
  readonly bidi?: unknown
  readonly message?: unknown
  readonly send?: unknown
  readonly until?: unknown
  readonly match?: unknown
}

function problemOf({
  unary,
  serverStream,
  clientStream,
  bidi,
  message,
  send,
  until,
  match,
}: Parts): string | null {
  const kinds = [unary, serverStream, clientStream, bidi].filter((kind) => kind !== undefined)
  if (kinds.length !== 1) return 'a request is one of unary, serverStream, clientStream and bidi'
  const streams = clientStream !== undefined || bidi !== undefined
  if (streams && message !== undefined) return 'a call that sends a stream has its messages in send'
  if (!streams && send !== undefined) return 'a call that sends one message has it in message'
  if (until !== undefined && serverStream === undefined) return 'until belongs to serverStream'
  if (match !== undefined && bidi === undefined) return 'match belongs to bidi'
  return null
}
