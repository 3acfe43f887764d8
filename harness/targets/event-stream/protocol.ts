import type { EventSourceMessage } from 'eventsource-parser'
import type { VariableLookup } from '../../base/template.ts'
import type { Timeouts } from '../../model/plan.ts'
import type { Exchange, Perform } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'

/** An event of a stream. */
export type StreamEvent = EventSourceMessage

/**
 * The meaning of an event for its answer: `open` = more will come; `enough` = it is complete, and the connection is closed; `last` =
 * it is complete, and the server ends the answer by itself.
 */
export type Reading = 'open' | 'enough' | 'last' | Failure

/** The instants of the exchange that an answer belongs to, as far as they are known. */
export interface StreamInstants {
  readonly intendedMs: number
  readonly sentMs: number
  readonly doneMs: number
}

/** Reads the events of one answer. */
export interface EventReader {
  /** @param nowMs the instant when the read that brought its last byte returned */
  take(event: StreamEvent, nowMs: number): Reading
  /** The answer is over. Returns what it lacks; null when it is complete. @param isEnough an event has completed it */
  conclude(instants: StreamInstants, isEnough: boolean): Failure | null
  /** A status that an event told; 0 = none did. */
  readonly status: number
  /** The number that `expect: { count }` is about. */
  readonly items: number
  /** Returns the answer as a JSON document. */
  document(): unknown
}

/** A compiled request: what its HTTP driver sends. */
export interface StreamRequest {
  readonly http: unknown
}

/** An answer about to be asked for. */
export interface OpenedStream {
  readonly reader: EventReader
  readonly variables: VariableLookup
  readonly timeouts: Timeouts
  /** The time after its head for which it is read, ms; null = until it is complete. */
  readonly readForMs: number | null
}

/** A protocol over streams of server-sent events. */
export interface EventProtocol<Request extends StreamRequest> {
  compile(request: Readonly<Record<string, unknown>>, step: string): Request
  open(exchange: Exchange, instants: StreamInstants): OpenedStream
  createClient(perform: Perform): object
  endSession(agent: number): void
}
