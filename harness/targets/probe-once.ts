/** One look at a target before any load, through the driver that will carry the load: same errors, same words. */
import { HarnessError, messageOf } from '../base/errors.ts'
import { formatDurationMs } from '../base/units.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import type { Exchange } from '../ports/target.ts'
import type { ProbeResult } from '../ports/target-plugin.ts'
import { askOnce, type LoneRequest } from './ask-once.ts'
import { TLS_HINT } from './failure.ts'

const LIMIT_MS = 5000
const TIMEOUTS = { connectMs: LIMIT_MS, firstByteMs: LIMIT_MS, totalMs: LIMIT_MS }

/** The meaning of an answer to a probe. */
export interface ProbeAnswer {
  readonly reachable: boolean
  /** The answer, for people; the time it took follows. */
  readonly text: string
}

/** Sends one request and tells what came of it. Never throws. @param where the address, for people */
export async function probeOnce(
  where: string,
  lone: Omit<LoneRequest, 'timeouts'>,
  read: (answered: Exchange) => ProbeAnswer,
): Promise<ProbeResult> {
  const { clock } = lone
  const startMs = clock.nowMs()
  try {
    const seen = await askOnce({ ...lone, timeouts: TIMEOUTS })
    const elapsedMs = clock.nowMs() - startMs
    if (seen.errorKind !== 0) {
      const kind = ERROR_KINDS[seen.errorKind]
      const message = `${where}: ${kind}: ${seen.errorText}`
      return { reachable: false, message, elapsedMs, ...(kind === 'tls' && { hint: TLS_HINT }) }
    }
    const { reachable, text } = read(seen)
    return { reachable, message: `${text} in ${formatDurationMs(elapsedMs)}`, elapsedMs }
  } catch (thrown) {
    const hint = thrown instanceof HarnessError ? thrown.hint : undefined
    const message = `${where}: ${messageOf(thrown)}`
    return {
      reachable: false,
      message,
      elapsedMs: clock.nowMs() - startMs,
      ...(hint !== undefined && { hint }),
    }
  }
}
