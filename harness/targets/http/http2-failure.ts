/** Every way a stream of HTTP/2 can end before its answer is whole, as one of the named error kinds. */
import { constants } from 'node:http2'
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import { type Failure, failureOf } from '../failure.ts'

/** The harness ended a session for what its server did. */
export class SessionAbuse extends Error {
  override readonly name = 'SessionAbuse'
}

/** Codes that say which rule of the protocol a stream broke. */
const OF_THE_PROTOCOL: ReadonlySet<number> = new Set([
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_FLOW_CONTROL_ERROR,
  constants.NGHTTP2_FRAME_SIZE_ERROR,
  constants.NGHTTP2_COMPRESSION_ERROR,
])

const CODE_NAMES: ReadonlyMap<number, string> = new Map(
  (
    [
      'NO_ERROR',
      'PROTOCOL_ERROR',
      'INTERNAL_ERROR',
      'FLOW_CONTROL_ERROR',
      'SETTINGS_TIMEOUT',
      'STREAM_CLOSED',
      'FRAME_SIZE_ERROR',
      'REFUSED_STREAM',
      'CANCEL',
      'COMPRESSION_ERROR',
      'CONNECT_ERROR',
      'ENHANCE_YOUR_CALM',
      'INADEQUATE_SECURITY',
      'HTTP_1_1_REQUIRED',
    ] as const
  ).map((name) => [constants[`NGHTTP2_${name}`], name]),
)

/** The server ended a session with an error of its own. @param code of its GOAWAY */
export function failureOfGoaway(code: number): Failure {
  return { kind: 'reset', text: `the server ended the session: GOAWAY with ${nameOf(code)}` }
}

/**
 * @param error what node says the stream ended with; null when it says nothing
 * @param code the code with which the stream was closed
 * @param isCut its session's socket was closed
 */
export function failureOfStream(error: Error | null, code: number, isCut: boolean): Failure {
  if (error instanceof SessionAbuse) return { kind: 'protocol', text: error.message }
  switch (systemCodeOf(error)) {
    case undefined:
    case 'ERR_HTTP2_STREAM_ERROR':
      if (isCut) return { kind: 'reset', text: 'the connection was closed before the answer was whole' }
      return {
        kind: OF_THE_PROTOCOL.has(code) ? 'protocol' : 'reset',
        text: `the stream was reset before the answer was whole: ${nameOf(code)}`,
      }
    case 'ERR_HTTP2_SESSION_ERROR':
      return failureOfGoaway(code)
    case 'ERR_HTTP2_ERROR':
    case 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES':
      return { kind: 'protocol', text: `the server broke HTTP/2: ${messageOf(error)}` }
    default:
      return failureOf(error, 'open')
  }
}

function nameOf(code: number): string {
  return CODE_NAMES.get(code) ?? `code ${code}`
}
