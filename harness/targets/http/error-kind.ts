import { systemCodeOf } from '../../base/errors.ts'
import type { ErrorKind } from '../../model/outcome.ts'

/** The error kind of what a socket reported; `connecting` tells a refused connection from a lost one. */
export function kindOfSocketError(error: unknown, connecting: boolean): ErrorKind {
  const code = systemCodeOf(error) ?? ''
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return 'dns'
  if (
    /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code) ||
    /certificate|SSL routines|TLS/i.test(String((error as Error).message))
  )
    return 'tls'
  if (code === 'ETIMEDOUT' && connecting) return 'timeout-connect'
  if (connecting && code !== 'ECONNRESET' && code !== 'EPIPE') return 'connect'
  return 'reset'
}
