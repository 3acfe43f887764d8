/**
 * An incremental HTTP/1.1 response parser (RFC 9112) on bytes. One parser serves one connection for life and allocates
 * nothing for an ordinary response: heads that arrive in one piece are read where they lie, bodies are counted and only
 * copied when somebody wants them. What RFC 9112 calls ambiguous (both lengths, differing lengths, bad chunks) is an error.
 */

/** Who consumes a connection's bytes. */
export interface ResponseListener {
  /** The head of the final response is complete; `head` is valid during the call only. */
  onHead(status: number, head: HeadFields): void
  /** A piece of the body, valid during the call only. */
  onBody(buffer: Buffer, start: number, end: number): void
  /** The response is complete. */
  onComplete(): void
}

/** What the client itself needs from a head, and the raw text for those who want more. */
export interface HeadFields {
  readonly keepAlive: boolean
  /** The head's text, status line first; made when asked for. */
  text(): string
}

/** A response that breaks the protocol, or a bound. */
export interface ParseFailure {
  readonly kind: 'protocol' | 'too-large'
  readonly message: string
}

const MAX_HEAD_BYTES = 65_536
const CR = 13
const LF = 10
const COLON = 58
const SPACE = 32

type State =
  | 'idle'
  | 'head'
  | 'length'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'until-close'

export class ResponseParser implements HeadFields {
  readonly #listener: ResponseListener
  readonly #maxBodyBytes: number
  #state: State = 'idle'
  #isHead = false
  /** A head that came in pieces; empty when it came whole. */
  #partial: Buffer = EMPTY
  #head: Buffer = EMPTY
  #headStart = 0
  #headEnd = 0
  #remaining = 0
  #bodyBytes = 0
  #line = ''
  #status = 0
  #contentLength = -1
  #chunked = false
  keepAlive = true

  constructor(listener: ResponseListener, maxBodyBytes: number) {
    this.#listener = listener
    this.#maxBodyBytes = maxBodyBytes
  }

  /** Ready for the response to a request. */
  begin(isHead: boolean): void {
    this.#state = 'head'
    this.#isHead = isHead
    this.#partial = EMPTY
    this.#bodyBytes = 0
  }

  text(): string {
    return this.#head.toString('latin1', this.#headStart, this.#headEnd)
  }

  /** Takes bytes up; null while all is well. Bytes after the response are an error: nothing was asked. */
  take(buffer: Buffer, start: number, end: number): ParseFailure | null {
    let at = start
    while (at < end) {
      const next = this.#step(buffer, at, end)
      if (typeof next !== 'number') return next
      at = next
    }
    return null
  }

  /** The peer ended the connection: completes a response that ends there, else says what is missing. */
  end(): ParseFailure | 'complete' | 'cut' | 'idle' {
    if (this.#state === 'idle') return 'idle'
    if (this.#state !== 'until-close') return 'cut'
    this.#complete()
    return 'complete'
  }

  #step(buffer: Buffer, at: number, end: number): number | ParseFailure {
    switch (this.#state) {
      case 'idle':
        return protocol('bytes that no request asked for')
      case 'head':
        return this.#takeHead(buffer, at, end)
      case 'length':
      case 'chunk-data':
      case 'until-close':
        return this.#takeBody(buffer, at, end)
      default:
        return this.#takeLine(buffer, at, end)
    }
  }

  #takeHead(buffer: Buffer, start: number, end: number): number | ParseFailure {
    const whole = this.#partial.length === 0
    const bytes = whole ? buffer : Buffer.concat([this.#partial, buffer.subarray(start, end)])
    const from = whole ? start : 0
    const limit = whole ? end : bytes.length
    // The end of the head can only lie where bytes are new, or up to three before.
    const searchFrom = whole ? from : Math.max(0, this.#partial.length - 3)
    const blank = bytes.indexOf('\r\n\r\n', searchFrom, 'latin1')
    if (blank === -1 || blank + 4 > limit) {
      if (limit - from > MAX_HEAD_BYTES)
        return { kind: 'too-large', message: `the head is longer than ${MAX_HEAD_BYTES} bytes` }
      this.#partial = Buffer.from(bytes.subarray(from, limit))
      return looksLikeHttp(this.#partial) ?? end
    }
    if (blank + 4 - from > MAX_HEAD_BYTES)
      return { kind: 'too-large', message: `the head is longer than ${MAX_HEAD_BYTES} bytes` }
    const consumed = whole ? blank + 4 : end - (limit - (blank + 4))
    this.#partial = EMPTY
    this.#head = bytes
    this.#headStart = from
    this.#headEnd = blank + 2
    const failure = this.#readHead(bytes, from, blank + 2)
    return failure ?? consumed
  }

  #readHead(bytes: Buffer, start: number, end: number): ParseFailure | null {
    const failure =
      this.#readStatusLine(bytes, start) ?? this.#readFields(bytes, bytes.indexOf(LF, start) + 1, end)
    if (failure !== null) return failure
    if (this.#status < 200)
      return this.#status === 101 ? protocol('switched protocols without being asked') : null
    return this.#startBody()
  }

  /** `HTTP/1.x SSS ...` */
  #readStatusLine(bytes: Buffer, start: number): ParseFailure | null {
    const refused = looksLikeHttp(bytes.subarray(start, start + 13))
    if (refused !== null) return refused
    const status =
      (bytes[start + 9] as number) * 100 +
      (bytes[start + 10] as number) * 10 +
      (bytes[start + 11] as number) -
      48 * 111
    const after = bytes[start + 12]
    if (!(status >= 100 && status <= 599) || (after !== SPACE && after !== CR))
      return protocol('the status line has no status')
    this.#status = status
    this.#contentLength = -1
    this.#chunked = false
    this.keepAlive = bytes[start + 7] === 49
    return null
  }

  #readFields(bytes: Buffer, start: number, end: number): ParseFailure | null {
    let at = start
    while (at < end) {
      const lineEnd = bytes.indexOf(LF, at)
      const failure = this.#readField(bytes, at, bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd)
      if (failure !== null) return failure
      at = lineEnd + 1
    }
    return this.#chunked && this.#contentLength >= 0
      ? protocol('both content-length and transfer-encoding')
      : null
  }

  /** Only fields that could matter to the client are compared, by the length of their name first. */
  #readField(bytes: Buffer, start: number, end: number): ParseFailure | null {
    const colon = bytes.indexOf(COLON, start)
    if (colon <= start || colon >= end) return protocol('a header line without a name')
    switch (colon - start) {
      case 10:
        if (nameIs(bytes, start, 'connection')) this.#readConnection(fieldValue(bytes, colon, end))
        return null
      case 14:
        return nameIs(bytes, start, 'content-length')
          ? this.#readContentLength(fieldValue(bytes, colon, end))
          : null
      case 17:
        return nameIs(bytes, start, 'transfer-encoding')
          ? this.#readTransferEncoding(fieldValue(bytes, colon, end))
          : null
      default:
        return null
    }
  }

  #readConnection(value: string): void {
    const tokens = value.toLowerCase()
    if (tokens.includes('close')) this.keepAlive = false
    else if (tokens.includes('keep-alive')) this.keepAlive = true
  }

  #readContentLength(value: string): ParseFailure | null {
    if (!/^\d{1,15}$/.test(value)) return protocol(`content-length '${value}'`)
    const length = Number(value)
    if (this.#contentLength >= 0 && this.#contentLength !== length)
      return protocol('two different content-lengths')
    this.#contentLength = length
    return null
  }

  #readTransferEncoding(value: string): ParseFailure | null {
    if (value.toLowerCase() !== 'chunked') return protocol(`transfer-encoding '${value}'`)
    this.#chunked = true
    return null
  }

  /** RFC 9112 section 6.3: which body follows. */
  #startBody(): ParseFailure | null {
    this.#listener.onHead(this.#status, this)
    if (this.#isHead || this.#status === 204 || this.#status === 304) return this.#completeNow()
    if (this.#chunked) {
      this.#state = 'chunk-size'
      this.#line = ''
    } else if (this.#contentLength >= 0) {
      if (this.#contentLength > this.#maxBodyBytes) return this.#tooLarge()
      this.#remaining = this.#contentLength
      if (this.#remaining === 0) return this.#completeNow()
      this.#state = 'length'
    } else {
      this.#state = 'until-close'
      this.keepAlive = false
      this.#remaining = Number.POSITIVE_INFINITY
    }
    return null
  }

  #takeBody(buffer: Buffer, at: number, end: number): number | ParseFailure {
    const stop = Math.min(end, at + this.#remaining)
    this.#bodyBytes += stop - at
    if (this.#bodyBytes > this.#maxBodyBytes) return this.#tooLarge()
    this.#listener.onBody(buffer, at, stop)
    this.#remaining -= stop - at
    if (this.#remaining > 0) return stop
    if (this.#state === 'chunk-data') {
      this.#state = 'chunk-end'
      this.#line = ''
    } else this.#complete()
    return stop
  }

  /** Chunk sizes, chunk ends and trailers come in lines. */
  #takeLine(buffer: Buffer, at: number, end: number): number | ParseFailure {
    const newline = buffer.subarray(0, end).indexOf(LF, at)
    const stop = newline === -1 ? end : newline
    this.#line += buffer.toString('latin1', at, stop)
    if (this.#line.length > MAX_HEAD_BYTES) return { kind: 'too-large', message: 'a chunk line without end' }
    if (newline === -1) return end
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    return this.#readLine(line) ?? newline + 1
  }

  #readLine(line: string): ParseFailure | null {
    if (this.#state === 'chunk-end') {
      if (line !== '') return protocol('a chunk that is longer than its size')
      this.#state = 'chunk-size'
      return null
    }
    if (this.#state === 'trailers') return line === '' ? this.#completeNow() : null
    const size = /^([0-9a-fA-F]{1,12})[ \t]*(;.*)?$/.exec(line)?.[1]
    if (size === undefined) return protocol(`chunk size '${line.slice(0, 20)}'`)
    this.#remaining = Number.parseInt(size, 16)
    this.#state = this.#remaining === 0 ? 'trailers' : 'chunk-data'
    return null
  }

  #completeNow(): null {
    this.#complete()
    return null
  }

  #complete(): void {
    this.#state = 'idle'
    this.#listener.onComplete()
  }

  #tooLarge(): ParseFailure {
    return { kind: 'too-large', message: `the body is longer than ${this.#maxBodyBytes} bytes` }
  }
}

const EMPTY = Buffer.alloc(0)

function protocol(message: string): ParseFailure {
  return { kind: 'protocol', message }
}

const PREFIX = 'HTTP/1.'

/** Garbage is seen at its first bytes, not at the end of a head that never comes. */
function looksLikeHttp(bytes: Buffer): ParseFailure | null {
  const shown = Math.min(bytes.length, PREFIX.length)
  if (bytes.toString('latin1', 0, shown) !== PREFIX.slice(0, shown))
    return protocol('the answer is not HTTP/1.x')
  const minor = bytes[7]
  return minor === undefined || minor === 48 || minor === 49
    ? null
    : protocol('the answer is not HTTP/1.0 or 1.1')
}

/** Case-insensitive compare with a lower-case name; `| 32` lowers letters and leaves `-` alone. */
function nameIs(bytes: Buffer, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++)
    if (((bytes[start + i] as number) | 32) !== name.charCodeAt(i)) return false
  return true
}

function fieldValue(bytes: Buffer, colon: number, end: number): string {
  return bytes.toString('latin1', colon + 1, end).trim()
}
