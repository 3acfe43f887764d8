/** The library's four kinds of calls, begun by one function: it has a method for each. */
import type { Client, ClientUnaryCall, Metadata, StatusObject } from '@grpc/grpc-js'
import type { GrpcMethod } from './method.ts'
import type { Outgoing } from './request.ts'
import type { Sink } from './sender.ts'

/** The part that all kinds of calls have in common. */
export type AnyCall = Pick<ClientUnaryCall, 'cancel'> & {
  on(event: 'metadata', listener: (metadata: Metadata) => void): unknown
  on(event: 'status', listener: (status: StatusObject) => void): unknown
}

/** The parts of a call that are its own. */
interface Opening {
  readonly metadata: Metadata
  /** The only message of a call that sends one; null for a stream of messages. */
  readonly first: Outgoing | null
  /** Called with each message that comes, as the function that is to decode it. */
  readonly read: (bytes: Buffer) => Buffer
  /** Called with the stream to which messages go, before anything else happens on it. */
  readonly send: (sink: Sink) => void
}

const asItIs = (bytes: Buffer): Buffer => bytes
const nothing = (): void => {
  // The status event tells.
}

/** Begins a call of the kind that the method is. */
export function openCall(client: Client, { path, responseStream }: GrpcMethod, opening: Opening): AnyCall {
  const { metadata, first, read, send } = opening
  if (first !== null && !responseStream)
    return client.makeUnaryRequest(path, asItIs, read, first.bytes, metadata, nothing)
  if (first !== null) {
    const stream = client.makeServerStreamRequest(path, asItIs, read, first.bytes, metadata)
    stream.on('error', nothing).resume()
    return stream
  }
  if (!responseStream) {
    const stream = client.makeClientStreamRequest<Buffer, Buffer>(path, asItIs, read, metadata, nothing)
    stream.on('error', nothing)
    send(stream)
    return stream
  }
  const stream = client.makeBidiStreamRequest<Buffer, Buffer>(path, asItIs, read, metadata)
  stream.on('error', nothing).resume()
  send(stream)
  return stream
}
