/** The messages that a call receives: counted and timed, and paired with what was sent. */
import { MEASURES } from '../../model/measures.ts'
import type { Exchange } from '../../ports/target.ts'
import { Fifo } from '../fifo.ts'
import type { GrpcRequest, Outgoing } from './request.ts'

/** Head of a message on the wire: a flag and its length. */
export const MESSAGE_HEAD_BYTES = 5

export class Answers {
  readonly #exchange: Exchange
  readonly #request: GrpcRequest
  /** Instants at which messages should have been sent that wait for an answer, in order or by id. */
  readonly #inOrder = new Fifo<number>()
  readonly #byId = new Map<string, number>()
  #lastMs = 0
  /** The last message; null = none. */
  last: Buffer | null = null

  constructor(exchange: Exchange, request: GrpcRequest) {
    this.#exchange = exchange
    this.#request = request
  }

  sent({ bytes, id }: Outgoing, intendedMs: number): void {
    const { match } = this.#request
    this.#exchange.bytesSent += bytes.length + MESSAGE_HEAD_BYTES
    this.#exchange.measure(MEASURES.messages_out, 1)
    if (match === 'order') this.#inOrder.push(intendedMs)
    else if (match !== null && id !== undefined) this.#byId.set(String(id), intendedMs)
  }

  received(bytes: Buffer, nowMs: number): void {
    const exchange = this.#exchange
    exchange.bytesReceived += bytes.length + MESSAGE_HEAD_BYTES
    exchange.measure(MEASURES.messages_in, 1)
    if (exchange.items === 0) {
      exchange.firstByteMs = nowMs
      if (this.#request.method.responseStream)
        exchange.measure(MEASURES.first_message_time, nowMs - exchange.sentMs)
    } else exchange.measure(MEASURES.message_gap, nowMs - this.#lastMs)
    const intendedMs = this.#intendedOf(bytes)
    if (intendedMs !== undefined) exchange.measure(MEASURES.message_time, nowMs - intendedMs)
    this.#lastMs = nowMs
    this.last = bytes
    exchange.items++
  }

  /** Returns when the message that this one answers should have been sent. */
  #intendedOf(bytes: Buffer): number | undefined {
    const { match, method } = this.#request
    if (match === null) return undefined
    if (match === 'order') return this.#inOrder.shift()
    const id = String(match(decoded(() => method.decode(bytes))))
    const intendedMs = this.#byId.get(id)
    this.#byId.delete(id)
    return intendedMs
  }
}

/** Bytes that are no message answer nothing. */
function decoded(decode: () => unknown): unknown {
  try {
    return decode()
  } catch {
    // Whoever reads the answer is told; here it only pairs with nothing.
    return undefined
  }
}
