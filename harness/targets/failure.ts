/** Every way a socket can fail, as one of the named error kinds. */
import { messageOf, systemCodeOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import type { ErrorKind } from '../model/outcome.ts'

export interface Failure {
  readonly kind: ErrorKind
  /** The event, for people. */
  readonly text: string
}

/** Advice where TLS failed. */
export const TLS_HINT =
  'Check that the target speaks TLS. `tls: { ca: FILE }` trusts the authority of its certificate, `tls: { verify: false }` any.'

/** The progress of a connection at the time of its failure. */
export type Stage = 'connecting' | 'tls-handshake' | 'open'

/** The generator's machine had nothing left to open a socket with. */
const OF_THIS_MACHINE: Readonly<Record<string, ErrorKind>> = {
  EMFILE: 'no-descriptor',
  ENFILE: 'no-descriptor',
  EADDRNOTAVAIL: 'no-port',
}
/** Codes of TLS, and of certificates that nobody trusts or that are for somebody else. */
const OF_TLS =
  /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_CERT|HOSTNAME_MISMATCH|INVALID_)/
const BROKEN_OFF = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT'])

/** @param thrown what a socket or a connection attempt failed with */
export function failureOf(thrown: unknown, stage: Stage): Failure {
  const code = systemCodeOf(thrown) ?? ''
  return { kind: kindOf(thrown, code, stage), text: textOf(thrown, code) }
}

function kindOf(thrown: unknown, code: string, stage: Stage): ErrorKind {
  if ((thrown as { syscall?: unknown } | null)?.syscall === 'getaddrinfo') return 'dns'
  const ours = lookUp(OF_THIS_MACHINE, code)
  if (ours !== undefined) return ours
  if (isOfTls(thrown)) return 'tls'
  if (stage === 'connecting') {
    if (code === 'ECONNREFUSED') return 'refused'
    if (code === 'ETIMEDOUT') return 'timeout-connect'
    return code === 'ECONNRESET' ? 'reset' : 'connect'
  }
  if (BROKEN_OFF.has(code)) return 'reset'
  return stage === 'tls-handshake' ? 'tls' : 'reset'
}

/** Tells whether TLS, or the certificate of the server, is what failed. */
export function isOfTls(thrown: unknown): boolean {
  return OF_TLS.test(systemCodeOf(thrown) ?? '')
}

/** OpenSSL's own messages begin with the number of a thread and end in lines of its source: no two threads would fail alike. */
function reasonOfTls(thrown: unknown): string | null {
  const { message, reason } = (thrown ?? {}) as { message?: unknown; reason?: unknown }
  return typeof reason === 'string' && /^[0-9A-F]+:error:/.test(String(message)) ? reason : null
}

/** Attempts at several addresses fail with an AggregateError whose own message is empty. */
function textOf(thrown: unknown, code: string): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join('; ')
  const message = reasonOfTls(thrown) ?? messageOf(thrown)
  return message.includes(code) ? message : `${code}: ${message}`
}
