/** The columns of a shard's memory as the parts of a snapshot. */
import { traceIdOf } from '../base/trace-id.ts'
import type { IntervalSnapshot, SlowRequest, StepCounts } from '../model/interval-snapshot.ts'
import { ERROR_KINDS } from '../model/outcome.ts'
import { errorColumn, SHARD_COLUMN, STEP_COLUMN } from './shard-memory.ts'
import type { SlowRow } from './slowest.ts'

export function slowRequestOf(row: SlowRow, tracePrefix: string | null): Omit<SlowRequest, 'phase' | 'step'> {
  const { traceNumber } = row
  return {
    responseTimeMs: row.responseUs / 1000,
    serviceTimeMs: row.serviceUs < 0 ? null : row.serviceUs / 1000,
    connectTimeMs: row.connectUs < 0 ? null : row.connectUs / 1000,
    atMs: Math.round(row.atMs * 1000) / 1000,
    agent: row.agent,
    status: row.status === 0 ? null : row.status,
    errorKind: ERROR_KINDS[row.errorKind] ?? 'none',
    traceId: tracePrefix === null || traceNumber === 0 ? null : traceIdOf(tracePrefix, traceNumber),
  }
}

export function dispatchOf(gain: Float64Array): IntervalSnapshot['dispatch'] {
  return {
    planned: gain[SHARD_COLUMN.planned] as number,
    started: gain[SHARD_COLUMN.started] as number,
    dropped: gain[SHARD_COLUMN.dropped] as number,
    cancelled: gain[SHARD_COLUMN.cancelled] as number,
    lateStarts: gain[SHARD_COLUMN.lateStarts] as number,
    iterations: gain[SHARD_COLUMN.iterations] as number,
    failedJourneys: gain[SHARD_COLUMN.failedJourneys] as number,
    failedByCode: gain[SHARD_COLUMN.failedByCode] as number,
    sessions: gain[SHARD_COLUMN.sessions] as number,
    feedersDry: gain[SHARD_COLUMN.feedersDry] as number,
    backedOffMs: gain[SHARD_COLUMN.backedOffMs] as number,
    ownWaits: gain[SHARD_COLUMN.ownWaits] as number,
    ownWaitMs: gain[SHARD_COLUMN.ownWaitMs] as number,
  }
}

export function stepCountsOf(
  gain: Float64Array,
): Omit<StepCounts, 'phase' | 'step' | 'region' | 'workload' | 'statuses' | 'failedStatuses'> {
  const errors: Record<string, number> = {}
  ERROR_KINDS.forEach((kind, index) => {
    const amount = gain[errorColumn(index)] as number
    if (amount > 0) errors[kind] = amount
  })
  return {
    started: gain[STEP_COLUMN.started] as number,
    ok: gain[STEP_COLUMN.ok] as number,
    failed: gain[STEP_COLUMN.failed] as number,
    errored: gain[STEP_COLUMN.errored] as number,
    timedOut: gain[STEP_COLUMN.timedOut] as number,
    aborted: gain[STEP_COLUMN.aborted] as number,
    retries: gain[STEP_COLUMN.retries] as number,
    untimed: gain[STEP_COLUMN.untimed] as number,
    bytesSent: gain[STEP_COLUMN.bytesSent] as number,
    bytesReceived: gain[STEP_COLUMN.bytesReceived] as number,
    errors,
  }
}
