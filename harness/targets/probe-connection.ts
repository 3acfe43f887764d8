import type { Clock } from '../base/clock.ts'
import type { ProbeResult } from '../ports/target-plugin.ts'
import { type Failure, TLS_HINT } from './failure.ts'

/** The time that a probe may take to connect. */
export const PROBE_LIMIT_MS = 5000

/** One connection beside any load. */
export interface ConnectionProbe {
  readonly url: string
  readonly clock: Clock
  /** Connects without a login and ends the connection; resolves with what is there, for people. */
  connect(): Promise<string>
  failureOf(error: unknown): Failure
}

/** Connects once; whoever refuses a login is there. Never throws. */
export async function probeConnection({
  url,
  clock,
  connect,
  failureOf,
}: ConnectionProbe): Promise<ProbeResult> {
  const startMs = clock.nowMs()
  const result = (reachable: boolean, text: string): ProbeResult => ({
    reachable,
    message: `${url}: ${text}`,
    elapsedMs: clock.nowMs() - startMs,
  })
  try {
    return result(true, await connect())
  } catch (error) {
    const { kind, text } = failureOf(error)
    if (kind === 'auth') return result(true, 'it asks for a login')
    return { ...result(false, `${kind}: ${text}`), ...(kind === 'tls' && { hint: TLS_HINT }) }
  }
}
