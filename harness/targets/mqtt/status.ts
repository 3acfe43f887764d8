/** Reason codes of MQTT 5: below 128 the broker did what it was asked. */
import * as z from 'zod'
import type { ErrorKind } from '../../model/outcome.ts'
import type { StatusLanguage } from '../../ports/target-plugin.ts'
import { isOfTls } from '../failure.ts'

export const FIRST_BAD = 0x80
const QUOTA_EXCEEDED = 0x97
const UNAVAILABLE = [0x88, 0x89, 0x97, 0x9f]
const NO_ACCESS = [0x86, 0x87, 0x8a, 0x8c]
/** Return codes of MQTT 3.1.1 to a login. */
const NO_ACCESS_3 = [4, 5]

const expected = z
  .int()
  .min(1)
  .max(0xff)
  .describe('Reason code that the answer must have: 16 for no subscribers')

export const mqttStatus: StatusLanguage = {
  expected,
  isGood: (status) => status < FIRST_BAD,
  compile(value) {
    const wanted = expected.parse(value)
    return (status) => status === wanted
  },
  nameOf: (status) => (status === QUOTA_EXCEEDED ? 'quota exceeded' : `reason 0x${status.toString(16)}`),
}

/** Returns what the refusal of a message means. */
export function kindOfRefusal(reason: number): ErrorKind {
  if (UNAVAILABLE.includes(reason)) return 'unavailable'
  return NO_ACCESS.includes(reason) ? 'auth' : 'nack'
}

/** Returns what the failure of a connection means. */
export function kindOfConnectError(error: Error & { readonly code?: string | number }): ErrorKind {
  const { code, message } = error
  if (typeof code === 'number') {
    if (NO_ACCESS.includes(code) || NO_ACCESS_3.includes(code)) return 'auth'
    return UNAVAILABLE.includes(code) || code === 3 ? 'unavailable' : 'connect'
  }
  if (isOfTls(error)) return 'tls'
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  return /timeout/i.test(message) ? 'timeout-connect' : 'connect'
}
