/** The answer to a request over HTTP/2 while it comes: its head, and its body, which is kept or handed to a listener at once. */
import type { Exchange } from '../../ports/target.ts'
import type { Failure } from '../failure.ts'
import { type AnswerHead, headerValue } from './answers.ts'
import { BodyBuffer } from './body-buffer.ts'
import { type BodyListener, listenerOf } from './body-listener.ts'
import { headBytes, headOf, headText } from './http2-head.ts'
import type { Http2Head } from './http2-stream.ts'
import { HEAD_BYTES_MAX } from './response-parser.ts'

export class Http2Answer {
  /** The head as lines; '' when it is not kept. */
  headerText = ''
  readonly #listener: BodyListener | null
  readonly #isKept: boolean
  readonly #bodyBytesMax: number
  readonly #body = new BodyBuffer()
  #bodyBytes = 0
  #head: AnswerHead | null = null

  constructor(exchange: Exchange, bodyBytesMax: number) {
    this.#listener = listenerOf(exchange)
    this.#isKept = exchange.keepAnswer
    this.#bodyBytesMax = bodyBytesMax
  }

  /** The head of the answer. Only once it has begun. */
  get head(): AnswerHead {
    return this.#head as AnswerHead
  }

  /** Begins an answer, whatever came of another before; returns why it cannot be taken, null when it can. */
  begin(head: Http2Head, nowMs: number): Failure | null {
    if (headBytes(head) > HEAD_BYTES_MAX)
      return { kind: 'too-large', text: `the head is larger than ${HEAD_BYTES_MAX} bytes` }
    this.#body.clear()
    this.#bodyBytes = 0
    this.#head = headOf(head)
    this.headerText = this.#isKept ? headText(head) : ''
    this.#listener?.answered(this.#head.status, (name) => headerValue(this.headerText, name), nowMs)
    return null
  }

  /** Takes a piece of the body in; returns why that cannot be done, null when it can. */
  add(piece: Buffer, nowMs: number): Failure | null {
    this.#bodyBytes += piece.length
    if (this.#bodyBytes > this.#bodyBytesMax)
      return { kind: 'too-large', text: `the body is larger than ${this.#bodyBytesMax} bytes` }
    if (this.#listener !== null) this.#listener.received(piece, nowMs)
    else if (this.#isKept) this.#body.append(piece, 0, piece.length)
    return null
  }

  /** Returns the kept body, which the caller then owns. */
  takeBody(): Buffer {
    return this.#body.take()
  }
}
