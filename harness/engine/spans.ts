import { IS_LOST, OUTCOME_FAILED, OUTCOME_OK } from '../model/outcome.ts'
import type { PooledExchange } from './exchange.ts'
import { SHARD_COLUMN, widenSpan } from './shard-memory.ts'

/**
 * Notes when answers came, and when none did, whatever the step: a target that is down shows in no percentile of a
 * closed model. @param startMs run start, ms of the clock
 */
export function noteSpan(
  counters: Float64Array,
  startMs: number,
  { outcome, errorKind, intendedMs, doneMs }: PooledExchange,
): void {
  if (outcome === OUTCOME_OK || outcome === OUTCOME_FAILED)
    widenSpan(counters, SHARD_COLUMN.answeredFromMs, intendedMs - startMs, doneMs - startMs)
  else if (IS_LOST[errorKind] === 1) {
    const fromMs = intendedMs - startMs
    widenSpan(counters, SHARD_COLUMN.lostFromMs, fromMs, doneMs - startMs)
    if (fromMs > (counters[SHARD_COLUMN.lostLastFromMs] as number))
      counters[SHARD_COLUMN.lostLastFromMs] = fromMs
  }
}
