/** Statuses of WebSocket: HTTP's where a session is opened, close codes where it ends, none for messages. */
import * as z from 'zod'
import type { StatusLanguage } from '../../ports/target-plugin.ts'

const SWITCHING_PROTOCOLS = 101
const CLOSE_CODES_FROM = 1000
/** Codes of a session that ended in order: normal, going away, and none given. */
const IN_ORDER = new Set([1000, 1001, 1005])

const code = z.int().min(100).max(4999)
const expected = z
  .union([code, z.array(code).min(1)])
  .describe('Status of the handshake (101) or close code (1000): 101 or [1000, 1001]')

export const wsStatus: StatusLanguage = {
  expected,
  isGood: (status) => status === 0 || status === SWITCHING_PROTOCOLS || IN_ORDER.has(status),
  compile(value) {
    const wanted = new Set([expected.parse(value)].flat())
    return (status) => wanted.has(status)
  },
  nameOf(status) {
    if (status === 0) return 'no status'
    return status < CLOSE_CODES_FROM ? `HTTP ${status}` : `close code ${status}`
  },
}
