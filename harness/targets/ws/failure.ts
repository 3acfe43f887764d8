/** Every end of a session that the agent did not bring about, as one of the named error kinds. */
import { messageOf, systemCodeOf } from '../../base/errors.ts'
import { lookUp } from '../../base/names.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { failureOf, type Stage } from '../failure.ts'

/** The end of a session. */
export interface Ending {
  readonly kind: ErrorKind
  /** The event, for people. */
  readonly text: string
  /** The close code; 0 = none. */
  readonly status: number
}

/** The code of a connection that ended without a close frame. */
export const ABNORMAL = 1006
const NO_CODE = 1005

/** Limits of the library that a server went beyond, by its error codes; all its other codes are breaches of the protocol. */
const TOO_LARGE: Readonly<Record<string, ErrorKind>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'too-large',
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 'too-large',
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 'too-large',
}

/** @param thrown the error of the library @param stage of the connection at that time */
export function endingOfError(thrown: unknown, stage: Stage): Ending {
  const code = systemCodeOf(thrown) ?? ''
  // The library's own refusals of a handshake have no code; those of the HTTP parser begin with HPE.
  if (code === '' || code.startsWith('HPE_') || code.startsWith('WS_ERR_') || code.startsWith('Z_'))
    return { kind: lookUp(TOO_LARGE, code) ?? 'protocol', text: messageOf(thrown), status: 0 }
  return { ...failureOf(thrown, stage), status: 0 }
}

/** @param code of the close frame; 1006 when there was none @param reason of the server */
export function endingOfClose(code: number, reason: string): Ending {
  if (code === ABNORMAL)
    return { kind: 'reset', text: 'the connection ended without a close frame', status: ABNORMAL }
  const number = code === NO_CODE ? 'without a code' : `with code ${code}`
  const why = reason === '' ? '' : `: ${reason}`
  return { kind: 'closed', text: `the server closed the session ${number}${why}`, status: code }
}
