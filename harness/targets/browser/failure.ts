/** Errors of the browser as error kinds. */
import { messageOf } from '../../base/errors.ts'
import { UnsetVariable } from '../../base/template.ts'
import type { ErrorKind } from '../../model/outcome.ts'
import { WrongText } from './acts.ts'

const KINDS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/ERR_CONNECTION_REFUSED/, 'refused'],
  [
    /ERR_(CONNECTION_RESET|CONNECTION_CLOSED|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|CONNECTION_ABORTED)/,
    'reset',
  ],
  [/ERR_(CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)/, 'incomplete'],
  [/ERR_(CERT|SSL|BAD_SSL)/, 'tls'],
  [/ERR_NAME_NOT_RESOLVED/, 'dns'],
  [/ERR_(CONNECTION_TIMED_OUT|TIMED_OUT)/, 'timeout-connect'],
  [/ERR_(ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|CONNECTION_FAILED|UNSAFE_PORT|BLOCKED)/, 'connect'],
  [/[Pp]age crashed|[Tt]arget crashed|has been closed|[Bb]rowser closed|Target closed/, 'closed'],
  [/Timeout \d+ms exceeded/, 'timeout-total'],
  [/net::ERR/, 'protocol'],
]

/** Returns the kind and the text of what an act threw. */
export function failureOf(thrown: unknown): { readonly kind: ErrorKind; readonly text: string } {
  const message = messageOf(thrown)
  if (thrown instanceof WrongText) return { kind: 'expectation', text: message }
  if (thrown instanceof UnsetVariable) return { kind: 'code', text: message }
  const [firstLine = ''] = message.split('\n')
  const text = firstLine.replace(/^[\w.]+: /, '')
  return { kind: KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'code', text }
}
