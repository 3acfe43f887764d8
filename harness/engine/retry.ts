/** Further attempts of a request that failed: whether there is one, and after which pause. */
import { MEASURES } from '../model/measures.ts'
import { OUTCOME_ABORTED, OUTCOME_OK } from '../model/outcome.ts'
import type { AgentTable } from './agents.ts'
import type { PooledExchange } from './exchange.ts'
import type { RetryOp } from './program.ts'

/** The end of an attempt. */
export interface Ended {
  readonly agent: number
  readonly outcome: number
  readonly errorKind: number
}

/**
 * Returns the pause before the next attempt of a request, jittered by a draw of its agent; -1 when there is none.
 * @param attempts made so far
 */
export function pauseBeforeRetryMs(
  agents: AgentTable,
  retry: RetryOp | null,
  { agent, outcome, errorKind }: Ended,
  attempts: number,
): number {
  if (retry === null || outcome === OUTCOME_ABORTED || attempts >= retry.attempts || !retry.on[errorKind])
    return -1
  const { baseMs, factor, maxMs, jitterRatio } = retry.backoff
  const pauseMs = Math.min(maxMs, baseMs * factor ** (attempts - 1))
  if (pauseMs > 0) agents.paused[agent] = 1
  return pauseMs * (1 - jitterRatio * agents.draw(agent))
}

/** Times all attempts of a request of a step together once one of them is ok. */
export function timeAttempts({ attempt, firstIntendedMs }: AgentTable, exchange: PooledExchange): void {
  const { agent, intendedMs, doneMs, networkDelayMs, outcome } = exchange
  if (attempt[agent] === 0) firstIntendedMs[agent] = intendedMs
  if (outcome !== OUTCOME_OK) return
  exchange.measure(MEASURES.settled_time, doneMs + networkDelayMs - (firstIntendedMs[agent] as number))
}
