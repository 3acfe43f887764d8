/**
 * Counters and gauges of a shard in shared memory, as columns of doubles. Counters only grow (the reader takes
 * differences); gauges hold the present value; peaks and spans are reset to 0 by the reader.
 */
import { ERROR_KINDS } from '../model/outcome.ts'

function columns<const Names extends readonly string[]>(
  names: Names,
): Readonly<Record<Names[number], number>> {
  return Object.fromEntries(names.map((name, index) => [name, index])) as Record<Names[number], number>
}

const STEP_NAMES = [
  'started',
  'ok',
  'failed',
  'errored',
  'timedOut',
  'aborted',
  'retries',
  'untimed',
  'bytesSent',
  'bytesReceived',
] as const

/** The columns of one (phase, step): the counters, then one column per error kind. */
export const STEP_COLUMN = columns(STEP_NAMES)
const FIRST_ERROR_COLUMN = STEP_NAMES.length
const STEP_COLUMN_COUNT = STEP_NAMES.length + ERROR_KINDS.length

/** Returns the column that counts requests of an error kind. */
export function errorColumn(errorKind: number): number {
  return FIRST_ERROR_COLUMN + errorKind
}

const SHARD_NAMES = [
  // counters
  'planned',
  'started',
  'dropped',
  'cancelled',
  'lateStarts',
  'iterations',
  'failedJourneys',
  'failedByCode',
  'sessions',
  'feedersDry',
  'backedOffMs',
  'ownWaits',
  'ownWaitMs',
  'loopActiveMs',
  'loopIdleMs',
  'gcTotalMs',
  'cpuNs',
  'runQueueNs',
  // gauges
  'activeAgents',
  'backlog',
  'inFlight',
  'heartbeat',
  // peaks
  'loopDelayMaxMs',
  'gcPauseMaxMs',
  // spans of an interval, ms since run start; 0 is none
  'answeredFromMs',
  'answeredToMs',
  'lostFromMs',
  'lostToMs',
  'lostLastFromMs',
] as const

/** The columns of a shard; escalation counters follow, in the order of `escalationKinds`, then agents by region. */
export const SHARD_COLUMN = columns(SHARD_NAMES)
/** The first column of the escalation counters. */
export const FIRST_ESCALATION_COLUMN = SHARD_NAMES.length

/** Allocates shared memory for the counters of one (phase, step). */
export function allocateStepCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(STEP_COLUMN_COUNT * Float64Array.BYTES_PER_ELEMENT)
}

/** Allocates shared memory for a shard's own counters, with one column per escalation kind and one per region. */
export function allocateShardCounters(escalationKinds: number, regions: number): SharedArrayBuffer {
  return new SharedArrayBuffer(
    (SHARD_NAMES.length + escalationKinds + regions) * Float64Array.BYTES_PER_ELEMENT,
  )
}

/** Returns the column of the present agents of the first region: the regions are the last columns. */
export function firstRegionColumn(counters: Float64Array, regions: number): number {
  return counters.length - regions
}

const SPAN_START_MS = 0.001

/** Widens the span whose two columns begin at `fromColumn`. @param fromMs and @param toMs since run start */
export function widenSpan(counters: Float64Array, fromColumn: number, fromMs: number, toMs: number): void {
  const from = counters[fromColumn] as number
  // A request intended exactly at run start must not read as none.
  const startMs = Math.max(fromMs, SPAN_START_MS)
  if (from === 0 || startMs < from) counters[fromColumn] = startMs
  if (toMs > (counters[fromColumn + 1] as number)) counters[fromColumn + 1] = toMs
}

/** Adds to a column. */
export function count(counters: Float64Array, column: number, amount = 1): void {
  counters[column] = (counters[column] as number) + amount
}
