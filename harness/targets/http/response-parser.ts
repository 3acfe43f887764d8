/**
 * An incremental HTTP/1.1 response parser (RFC 9112) on bytes. It is a machine of lines and lengths: a line that comes
 * in pieces is put together in a small buffer of its own, everything else is read where it lies, so a response may be
 * split anywhere. An ordinary response allocates nothing; bodies are counted, and only copied when they are kept.
 *
 * It is as strict as node's own parser: what RFC 9112 calls ambiguous (two lengths, length and chunks, lines without
 * CR, control characters, bad chunks) is an error, because the next response on such a connection could be anybody's.
 */
import type { Failure } from '../failure.ts'
import { BodyBuffer } from './body-buffer.ts'
import { CR, LF, tokenEnd } from './bytes.ts'
import { chunkSizeOf } from './chunk-size.ts'
import { fieldProblem, isVersionPrefix, ResponseHead } from './response-head.ts'

/** A head (with all interim heads' lines bounded one by one) or a chunk's line may not be longer. */
export const HEAD_BYTES_MAX = 65_536

// The order matters: lines first, then bodies, then the ends.
const STATUS_LINE = 0
const FIELD_LINE = 1
const CHUNK_LINE = 2
const TRAILER_LINE = 3
const CHUNK_CR = 4
const CHUNK_LF = 5
const FIXED_BODY = 6
const CHUNK_BODY = 7
const UNTIL_CLOSE = 8
const DONE = 9
const FAILED = 10

const EMPTY = Buffer.alloc(0)

export class ResponseParser {
  readonly head = new ResponseHead()
  /** The head after the status line as it came, when kept. */
  headerText = ''
  /** The reason why parsing failed; null while there is none. */
  failure: Failure | null = null

  readonly #bodyBytesMax: number
  #state = DONE
  #headRequest = false
  #keep = false
  /** The beginning of a line whose end has not come. */
  #carry: Buffer = EMPTY
  #carried = 0
  #lineBytes = 0
  /** The offset of the header lines in the bytes being fed. */
  #headerFrom = 0
  #bodyBytes = 0
  /** Bytes left of a fixed body or a chunk. */
  #left = 0
  readonly #body: BodyBuffer

  constructor(bodyBytesMax: number, body = new BodyBuffer()) {
    this.#bodyBytesMax = bodyBytesMax
    this.#body = body
  }

  get hasHead(): boolean {
    return this.#state > FIELD_LINE && this.#state < FAILED
  }

  get isDone(): boolean {
    return this.#state === DONE
  }

  /** Ready for the response to one request. @param keep whether header lines and body are wanted */
  begin(headRequest: boolean, keep: boolean): void {
    this.head.reset()
    this.failure = null
    this.#state = STATUS_LINE
    this.#headRequest = headRequest
    this.#keep = keep
    this.#carried = 0
    this.#lineBytes = 0
    this.#bodyBytes = 0
    this.headerText = ''
    this.#body.clear()
  }

  /** Takes bytes in until the response is complete or broken; returns where it stopped. */
  feed(bytes: Buffer, from: number, to: number): number {
    let at = from
    this.#headerFrom = from
    while (at < to && this.#state < DONE) {
      if (this.#state <= TRAILER_LINE) at = this.#feedLine(bytes, at, to)
      else if (this.#state <= CHUNK_LF) at = this.#feedChunkEnd(bytes, at)
      else at = this.#feedBody(bytes, at, to)
    }
    if (this.#keep && this.#state === FIELD_LINE)
      this.headerText += bytes.toString('latin1', this.#headerFrom, to)
    return at
  }

  /** The connection has ended; true when that completes the response. */
  endOfStream(): boolean {
    if (this.#state === UNTIL_CLOSE) this.#state = DONE
    return this.#state === DONE
  }

  /** The progress, for people: `after 50 of 100 body bytes`. */
  get progress(): string {
    if (this.#state <= FIELD_LINE) return 'before the head was complete'
    return this.head.contentLength === -1
      ? `after ${this.#bodyBytes} body bytes, before the last chunk`
      : `after ${this.#bodyBytes} of ${this.head.contentLength} body bytes`
  }

  /** The kept body; empty when there is none. */
  takeBody(): Buffer {
    return this.#body.take()
  }

  // --- lines ------------------------------------------------------------------------------------------------------

  #feedLine(bytes: Buffer, from: number, to: number): number {
    // The buffer's own search beats a loop here by a third; what lies behind `to` is not ours to find.
    const found = bytes.indexOf(LF, from)
    const end = found === -1 || found > to ? to : found
    this.#lineBytes += end - from + 1
    if (this.#lineBytes > HEAD_BYTES_MAX) {
      this.#fail('too-large', `the head is larger than ${HEAD_BYTES_MAX} bytes`)
      return end
    }
    if (end === to) {
      this.#carryOver(bytes, from, to)
      return to
    }
    const before = this.#state
    if (this.#carried === 0) this.#readLine(bytes, from, end)
    else {
      this.#carryOver(bytes, from, end)
      const length = this.#carried
      this.#carried = 0
      this.#readLine(this.#carry, 0, length)
    }
    if (this.#keep) this.#keepHeader(before, bytes, end)
    return end + 1
  }

  /** The lines between the status line and the empty line, kept as one text of each piece they came in. */
  #keepHeader(before: number, bytes: Buffer, lineEnd: number): void {
    if (before === STATUS_LINE) this.#headerFrom = lineEnd + 1
    else if (before === FIELD_LINE && this.#state > FIELD_LINE)
      this.headerText += bytes.toString('latin1', this.#headerFrom, lineEnd)
  }

  #carryOver(bytes: Buffer, from: number, to: number): void {
    const length = this.#carried + to - from
    if (length > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, length * 2))
      this.#carry.copy(larger, 0, 0, this.#carried)
      this.#carry = larger
    }
    bytes.copy(this.#carry, this.#carried, from, to)
    this.#carried = length
    if (this.#state === STATUS_LINE && !isVersionPrefix(this.#carry, 0, length))
      this.#fail('protocol', 'the answer is not HTTP/1.x')
  }

  /** A line up to its LF, before which there has to be a CR. */
  #readLine(bytes: Buffer, start: number, lineEnd: number): void {
    if (lineEnd === start || bytes[lineEnd - 1] !== CR)
      return this.#fail('protocol', 'a line that ends without a carriage return')
    const end = lineEnd - 1
    switch (this.#state) {
      case STATUS_LINE:
        this.#state = FIELD_LINE
        return this.#failOn(this.head.readStatusLine(bytes, start, end))
      case FIELD_LINE:
        return start === end ? this.#endHead() : this.#failOn(this.head.readField(bytes, start, end))
      case CHUNK_LINE:
        return this.#readChunkLine(bytes, start, end)
      default:
        // Trailers must be fields, but are passed over; an empty line ends them, and the response.
        if (start === end) this.#state = DONE
        else this.#failOn(fieldProblem(bytes, start, tokenEnd(bytes, start, end), end))
    }
  }

  /** RFC 9112 section 6.3: which body follows. */
  #endHead(): void {
    const { head } = this
    const problem = head.problem()
    if (problem !== null) return this.#fail('protocol', problem)
    this.#lineBytes = 0
    if (head.status < 200) this.begin(this.#headRequest, this.#keep)
    else if (this.#headRequest || head.status === 204 || head.status === 304) this.#state = DONE
    else if (head.chunked) this.#state = CHUNK_LINE
    else if (head.contentLength !== -1) this.#beginFixedBody(head.contentLength)
    else {
      head.keepAlive = false
      this.#left = Number.POSITIVE_INFINITY
      this.#state = UNTIL_CLOSE
    }
  }

  #beginFixedBody(length: number): void {
    if (length > this.#bodyBytesMax) return this.#failTooLarge()
    this.#left = length
    this.#state = length === 0 ? DONE : FIXED_BODY
  }

  #feedBody(bytes: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.#left)
    this.#bodyBytes += end - from
    if (this.#bodyBytes > this.#bodyBytesMax) {
      this.#failTooLarge()
      return end
    }
    if (this.#keep) this.#body.append(bytes, from, end)
    this.#left -= end - from
    if (this.#left === 0) this.#state = this.#state === CHUNK_BODY ? CHUNK_CR : DONE
    return end
  }

  #readChunkLine(bytes: Buffer, start: number, end: number): void {
    const size = chunkSizeOf(bytes, start, end)
    if (size === -1) {
      const shown = bytes.toString('latin1', start, Math.min(end, start + 20))
      return this.#fail('protocol', `a chunk of size ${JSON.stringify(shown)}`)
    }
    this.#lineBytes = 0
    this.#left = size
    if (this.#bodyBytes + size > this.#bodyBytesMax) return this.#failTooLarge()
    this.#state = size === 0 ? TRAILER_LINE : CHUNK_BODY
  }

  /** Looked at byte by byte: a chunk longer than its size shows at once. */
  #feedChunkEnd(bytes: Buffer, at: number): number {
    const isCr = this.#state === CHUNK_CR
    if (bytes[at] === (isCr ? CR : LF)) this.#state = isCr ? CHUNK_LF : CHUNK_LINE
    else this.#fail('protocol', 'a chunk that is longer than its size')
    return at + 1
  }

  #failOn(problem: string | null): void {
    if (problem !== null) this.#fail('protocol', problem)
  }

  #failTooLarge(): void {
    this.#fail('too-large', `the body is larger than ${this.#bodyBytesMax} bytes`)
  }

  #fail(kind: Failure['kind'], text: string): void {
    this.#state = FAILED
    this.failure = { kind, text }
  }
}
