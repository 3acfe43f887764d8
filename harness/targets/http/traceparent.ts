/**
 * `traceparent` of W3C Trace Context: `00-<trace id>-<span id>-01`. An exchange keeps its trace id over redirects and over a
 * stale connection; each attempt is a span of its own. The digits are written in place, into bytes that are there.
 */
import { traceIdOf } from '../../base/trace-id.ts'
import type { Exchange, Tracing } from '../../ports/target.ts'

export const TRACEPARENT = 'traceparent'
export const CORRELATION_ID = 'x-correlation-id'

const NUMBER_DIGITS = 12
/** Places of the numbers behind `traceparent: `, 20 digits of prefix, and 4 digits of lane. */
const TRACE_NUMBER_AT = `${TRACEPARENT}: 00-`.length + 20
const SPAN_NUMBER_AT = TRACE_NUMBER_AT + NUMBER_DIGITS + '-'.length + 4
const DIGITS = Buffer.from('0123456789abcdef', 'latin1')

/** Marks the requests of one driver. */
export class Traceparents {
  readonly #tracing: Tracing
  /** A line whose numbers are still to be written. */
  readonly blankLine: string
  readonly #line: Buffer

  constructor(tracing: Tracing) {
    const { prefix } = tracing
    this.#tracing = tracing
    this.blankLine = `${TRACEPARENT}: 00-${traceIdOf(prefix, 0)}-${traceIdOf(prefix, 0).slice(16)}-01\r\n`
    this.#line = Buffer.from(this.blankLine, 'latin1')
  }

  /** Writes the numbers of the next attempt of an exchange into a line. @param at where the line begins in the bytes */
  stamp(exchange: Pick<Exchange, 'traceNumber'>, bytes: Buffer, at: number): void {
    const attempt = ++this.#tracing.issued
    if (exchange.traceNumber === 0) exchange.traceNumber = attempt
    writeNumber(bytes, at + TRACE_NUMBER_AT, exchange.traceNumber)
    writeNumber(bytes, at + SPAN_NUMBER_AT, attempt)
  }

  /** The header line of the next attempt, as HTTP/1.1 writes it. */
  line(exchange: Pick<Exchange, 'traceNumber'>): string {
    this.stamp(exchange, this.#line, 0)
    return this.#line.toString('latin1')
  }

  /** The value of the header alone. */
  value(exchange: Pick<Exchange, 'traceNumber'>): string {
    return this.line(exchange).slice(TRACEPARENT.length + 2, -2)
  }
}

/** Twelve hex digits: two halves, because numbers go beyond what bit operations take. */
function writeNumber(bytes: Buffer, at: number, number: number): void {
  writeDigits(bytes, at, Math.floor(number / 0x1000000))
  writeDigits(bytes, at + NUMBER_DIGITS / 2, number % 0x1000000)
}

function writeDigits(bytes: Buffer, at: number, half: number): void {
  let left = half
  for (let place = at + NUMBER_DIGITS / 2 - 1; place >= at; place--) {
    bytes[place] = DIGITS[left & 15] as number
    left >>= 4
  }
}
