/**
 * Answers that are read while they come, for the targets whose protocols are streams over HTTP: their exchanges bring a listener,
 * and any other exchange costs nothing more.
 */
import type { Exchange } from '../../ports/target.ts'
import { headerValue } from './answers.ts'
import { BodyBuffer } from './body-buffer.ts'
import { ResponseParser } from './response-parser.ts'

/** Reads the body of an answer piece by piece. */
export interface BodyListener {
  /** The head is there. Called once an answer, before its first piece. @param header finds a field of the head */
  answered(status: number, header: (name: string) => string | undefined, nowMs: number): void
  /** @param piece of the body, valid during the call only @param nowMs the instant when the read that brought it returned */
  received(piece: Buffer, nowMs: number): void
}

/** An exchange whose body goes to its listener, and is not kept beside that. It asks for its answer to be kept. */
export interface ListenedExchange extends Exchange {
  readonly listener: BodyListener
}

/** Returns the listener of an exchange; null when nobody listens. */
export function listenerOf(exchange: Exchange): BodyListener | null {
  return (exchange as Partial<ListenedExchange>).listener ?? null
}

/** The body of an answer of HTTP/1.1, with the parser that finds it: it is kept, or handed to a listener at once. */
export class ListenedBody extends BodyBuffer {
  readonly parser: ResponseParser
  #listener: BodyListener | null = null
  #isAnnounced = false
  #nowMs = 0

  constructor(bytesMax: number) {
    super()
    this.parser = new ResponseParser(bytesMax, this)
  }

  /** Ready for the answer to an exchange. */
  begin(exchange: Exchange, headRequest: boolean): void {
    this.#listener = listenerOf(exchange)
    this.#isAnnounced = false
    this.parser.begin(headRequest, exchange.keepAnswer)
  }

  /** Feeds what was read to the parser; returns how many bytes belong to the answer. */
  feed(bytes: Buffer, length: number, nowMs: number): number {
    this.#nowMs = nowMs
    const consumed = this.parser.feed(bytes, 0, length)
    if (this.#listener !== null && this.parser.hasHead) this.#announce(this.#listener)
    return consumed
  }

  override append(bytes: Buffer, from: number, to: number): void {
    if (this.#listener === null) return super.append(bytes, from, to)
    this.#announce(this.#listener)
    this.#listener.received(bytes.subarray(from, to), this.#nowMs)
  }

  #announce(listener: BodyListener): void {
    if (this.#isAnnounced) return
    this.#isAnnounced = true
    const { head, headerText } = this.parser
    listener.answered(head.status, (name) => headerValue(headerText, name), this.#nowMs)
  }
}
