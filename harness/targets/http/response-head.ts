/**
 * The head of a response, line by line: status, framing, and the few fields the client acts on. Fields are found by the
 * length of their name first; only those the exchange has a use for become strings.
 */
import {
  COLON,
  CR,
  digitsAt,
  isFieldValue,
  lastOfList,
  listHolds,
  SPACE,
  skipBlanks,
  tokenEnd,
  trimBlanks,
  wordAt,
  wordBytes,
} from './bytes.ts'
import { fieldText } from './url-encoding.ts'

const VERSION_PREFIX = Buffer.from('HTTP/1.', 'latin1')
const CONNECTION = wordBytes('connection')
const CONTENT_ENCODING = wordBytes('content-encoding')
const CONTENT_LENGTH = wordBytes('content-length')
const KEEP_ALIVE = wordBytes('keep-alive')
const LOCATION = wordBytes('location')
const SERVER_TIMING = wordBytes('server-timing')
const SET_COOKIE = wordBytes('set-cookie')
const TRANSFER_ENCODING = wordBytes('transfer-encoding')
const CHUNKED = wordBytes('chunked')
const CLOSE = wordBytes('close')
const TIMEOUT = wordBytes('timeout')
const NO_COOKIES: readonly string[] = []

/** Fields of one head. Readers return what is wrong with the line, for people, or null. */
export class ResponseHead {
  status = 0
  /** True when the connection stays open after this response. */
  keepAlive = true
  /** Seconds after which the server closes an idle connection; 0 = it did not say. */
  keepAliveTimeoutS = 0
  /** Bytes of body; -1 = not stated. */
  contentLength = -1
  /** True when there was any Transfer-Encoding. */
  transferEncoded = false
  chunked = false
  location = ''
  contentEncoding = ''
  serverTiming = ''
  /** Null until there is one; a list that grows, for a head may hold thousands. */
  #setCookies: string[] | null = null

  get setCookies(): readonly string[] {
    return this.#setCookies ?? NO_COOKIES
  }

  reset(): void {
    this.status = 0
    this.keepAlive = true
    this.keepAliveTimeoutS = 0
    this.contentLength = -1
    this.transferEncoded = false
    this.chunked = false
    this.location = ''
    this.contentEncoding = ''
    this.serverTiming = ''
    this.#setCookies = null
  }

  /** `HTTP/1.1 200 OK`; the reason is optional. */
  readStatusLine(bytes: Buffer, start: number, end: number): string | null {
    if (!isVersionPrefix(bytes, start, end)) return 'the answer is not HTTP/1.x'
    const minor = (bytes[start + 7] as number) - 48
    if (end - start < 12 || bytes[start + 8] !== SPACE || (minor !== 0 && minor !== 1))
      return 'the status line is not that of HTTP/1.0 or 1.1'
    const status = digitsAt(bytes, start + 9, start + 12)
    if (status < 100 || (end - start > 12 && bytes[start + 12] !== SPACE))
      return 'the status line has no status'
    // The rest is for people; only a CR in it would hide the end of a line.
    for (let at = start + 13; at < end; at++)
      if (bytes[at] === CR) return 'the status line holds a carriage return'
    this.status = status
    this.keepAlive = minor === 1
    return null
  }

  /** `name: value` */
  readField(bytes: Buffer, start: number, end: number): string | null {
    const colon = tokenEnd(bytes, start, end)
    const problem = fieldProblem(bytes, start, colon, end)
    if (problem !== null) return problem
    const from = skipBlanks(bytes, colon + 1, end)
    return this.#readValue(bytes, start, colon - start, from, trimBlanks(bytes, from, end))
  }

  /** Returns the problem that makes the whole head ambiguous, or null. */
  problem(): string | null {
    if (this.status === 101) return 'the server switched protocols without being asked'
    if (this.transferEncoded && this.contentLength >= 0) return 'both content-length and transfer-encoding'
    return null
  }

  #readValue(bytes: Buffer, name: number, nameLength: number, from: number, to: number): string | null {
    switch (nameLength) {
      case 8:
        if (wordAt(bytes, name, LOCATION)) this.location = fieldText(bytes.toString('latin1', from, to))
        return null
      case 10:
        this.#readTenLetters(bytes, name, from, to)
        return null
      case 13:
        if (wordAt(bytes, name, SERVER_TIMING))
          this.serverTiming = joined(this.serverTiming, fieldText(bytes.toString('latin1', from, to)))
        return null
      case 14:
        return wordAt(bytes, name, CONTENT_LENGTH) ? this.#readContentLength(bytes, from, to) : null
      case 16:
        if (wordAt(bytes, name, CONTENT_ENCODING))
          this.contentEncoding = joined(this.contentEncoding, bytes.toString('latin1', from, to))
        return null
      case 17:
        return wordAt(bytes, name, TRANSFER_ENCODING) ? this.#readTransferEncoding(bytes, from, to) : null
      default:
        return null
    }
  }

  #readTenLetters(bytes: Buffer, name: number, from: number, to: number): void {
    if (wordAt(bytes, name, CONNECTION)) {
      if (listHolds(bytes, from, to, CLOSE)) this.keepAlive = false
      else if (listHolds(bytes, from, to, KEEP_ALIVE)) this.keepAlive = true
    } else if (wordAt(bytes, name, SET_COOKIE)) {
      this.#setCookies ??= []
      this.#setCookies.push(fieldText(bytes.toString('latin1', from, to)))
    } else if (wordAt(bytes, name, KEEP_ALIVE) && wordAt(bytes, from, TIMEOUT)) {
      const digits = from + TIMEOUT.length + 1
      let end = digits
      while (end < to && digitsAt(bytes, end, end + 1) !== -1) end++
      this.keepAliveTimeoutS = Math.max(0, digitsAt(bytes, digits, end))
    }
  }

  #readContentLength(bytes: Buffer, from: number, to: number): string | null {
    const length = digitsAt(bytes, from, to)
    if (length === -1 || length === Number.POSITIVE_INFINITY)
      return 'a content-length that is no number of bytes'
    if (this.contentLength !== -1 && this.contentLength !== length) return 'two different content-lengths'
    this.contentLength = length
    return null
  }

  /** RFC 9112 section 6.3: chunked as the last coding delimits the body; any other last one leaves that to the close. */
  #readTransferEncoding(bytes: Buffer, from: number, to: number): null {
    this.transferEncoded = true
    this.chunked = lastOfList(bytes, from, to, CHUNKED)
    return null
  }
}

/** Returns the problem in the form of a field line whose name ends at `colon`, for people; null when there is none. */
export function fieldProblem(bytes: Buffer, start: number, colon: number, end: number): string | null {
  if (colon === start || colon === end || bytes[colon] !== COLON) return 'a header line without a proper name'
  return isFieldValue(bytes, colon + 1, end) ? null : 'a header value with a control character'
}

/** Returns true when the bytes so far can begin a response, so that garbage is detected before its end of line. */
export function isVersionPrefix(bytes: Buffer, start: number, end: number): boolean {
  const length = Math.min(end - start, VERSION_PREFIX.length)
  for (let i = 0; i < length; i++) if (bytes[start + i] !== VERSION_PREFIX[i]) return false
  return true
}

function joined(before: string, value: string): string {
  return before === '' ? value : `${before}, ${value}`
}
