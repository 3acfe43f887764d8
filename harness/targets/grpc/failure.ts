/** Ends of calls that no server has stated, as one of the named error kinds: the library tells them as statuses with texts of its own. */
import type { ErrorKind } from '../../model/outcome.ts'

/** The end of a call as the library tells it. */
export interface CallEnd {
  readonly code: number
  readonly details: string
}

/** Texts of the library, and what they mean. A status of the server has a text of the server. */
const MEANINGS: readonly (readonly [text: RegExp, kind: ErrorKind])[] = [
  [/^Name resolution failed/, 'dns'],
  [/^No connection established.*ECONNREFUSED/s, 'refused'],
  [/^No connection established.*(certificate|SSL|TLS|EPROTO)/is, 'tls'],
  [/^No connection established.*(EMFILE|ENFILE)/s, 'no-descriptor'],
  [/^No connection established.*EADDRNOTAVAIL/s, 'no-port'],
  [/^No connection established/, 'connect'],
  [
    /^(Connection dropped|Call cancelled|Stream refused by server|Bandwidth exhausted or memory limit exceeded)$/,
    'reset',
  ],
  [/^Received RST_STREAM/, 'reset'],
  [/^(read|write) E[A-Z]+$/, 'reset'],
  [/^(Unrecognized|Received compressed message|Compressed message)/, 'protocol'],
]
const TOO_LARGE = /^Received message larger than max \(\d+ vs\.? (\d+)\)/

/** Returns the kind of an end that no server stated; null for a status of the server. @param messageBytesMax own limit */
export function kindOfEnd({ details }: CallEnd, messageBytesMax: number): ErrorKind | null {
  const limit = TOO_LARGE.exec(details)?.[1]
  // The server has a limit of its own, and the same words for it.
  if (limit !== undefined) return Number(limit) === messageBytesMax ? 'too-large' : null
  return MEANINGS.find(([text]) => text.test(details))?.[1] ?? null
}
