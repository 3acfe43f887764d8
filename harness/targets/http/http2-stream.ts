/** One stream of a session, from its request to its end: one request and what came back. */
import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2'
import type { Failure } from '../failure.ts'
import { failureOfStream } from './http2-failure.ts'

/** Fields of a head as node gives them. */
export type Http2Head = IncomingHttpHeaders & IncomingHttpStatusHeader

/**
 * The likelihood that a server processed a request it did not answer. `no`: it said so, and any request may be repeated.
 * `unlikely`: it closed an idle session, and an idempotent request may be repeated.
 */
export type Taken = 'no' | 'unlikely' | 'yes'

/** Whom a stream tells. After `drop`, `completed` and `failed` it tells nothing more. */
export interface StreamOwner {
  /** The head of the answer; not of an interim one. */
  answered(head: Http2Head): void
  received(piece: Buffer): void
  /** END_STREAM came: the answer is whole. */
  completed(): void
  failed(failure: Failure, taken: Taken): void
}

/** The interface of a stream to its session. */
export interface StreamParent {
  /** Heads received over all of its streams. */
  readonly answerCount: number
  /** Its socket was closed or broke. */
  readonly isCut: boolean
  /** GOAWAY came: the server has said which streams it knows of. */
  readonly isEnding: boolean
  noteAnswer(): void
  /** The stream takes no place in the session any more. */
  closed(): void
}

export class Http2Stream {
  readonly #stream: ClientHttp2Stream
  readonly #parent: StreamParent
  #owner: StreamOwner | null
  readonly #answersBefore: number
  #isAnswered = false
  #isWhole = false
  #error: Error | null = null

  constructor(stream: ClientHttp2Stream, parent: StreamParent, owner: StreamOwner) {
    this.#stream = stream
    this.#parent = parent
    this.#owner = owner
    this.#answersBefore = parent.answerCount
    this.#noticeEndStream()
    stream.on('response', (head) => {
      this.#isAnswered = true
      parent.noteAnswer()
      this.#owner?.answered(head)
    })
    stream.on('data', (piece) => this.#owner?.received(piece))
    stream.on('end', () => {
      if (this.#isWhole) this.#complete()
    })
    stream.on('error', (error) => {
      this.#error = error
    })
    stream.on('close', () => {
      parent.closed()
      this.#over()
    })
  }

  /** True when anything was answered over the session, on this stream or another, since this one was opened. */
  get hasSignOfLife(): boolean {
    return this.#parent.answerCount > this.#answersBefore
  }

  /** Resets the stream; the owner hears nothing more. */
  drop(): void {
    this.#owner = null
    this.#cancel()
  }

  /**
   * Node ends the body of a stream that was reset with NO_ERROR as it ends one that is complete. But the end that
   * END_STREAM makes is pushed while the stream is open, that of a reset or a lost session when it is closed already.
   */
  #noticeEndStream(): void {
    const stream = this.#stream
    const { push } = stream
    stream.push = (piece, encoding) => {
      if (piece === null && !stream.closed) this.#isWhole = true
      return push.call(stream, piece, encoding)
    }
  }

  #complete(): void {
    const owner = this.#owner
    this.#owner = null
    // The answer is there; whatever of the request is still on its way is not wanted.
    if (!this.#stream.closed) this.#cancel()
    owner?.completed()
  }

  #cancel(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL)
    // Without this it stays until the frame is written, which a session in trouble may never do.
    this.#stream.destroy()
  }

  #over(): void {
    if (this.#isWhole) return this.#complete()
    const owner = this.#owner
    this.#owner = null
    owner?.failed(failureOfStream(this.#error, this.#stream.rstCode, this.#parent.isCut), this.#taken())
  }

  #taken(): Taken {
    if (this.#isAnswered) return 'yes'
    if (this.#stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) return 'no'
    const { isCut, isEnding } = this.#parent
    return isCut && !isEnding && this.#answersBefore > 0 && !this.hasSignOfLife ? 'unlikely' : 'yes'
  }
}
