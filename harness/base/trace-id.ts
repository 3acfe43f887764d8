/**
 * Trace ids of a run, W3C Trace Context: 16 bytes. 8 belong to the run (a hash of its unique name), 2 to the lane of the run
 * that issued the id (a shard, or setup), and 6 are a number counted from 1 in that lane. So ids are
 * unique, never all zero, and the id of a request follows from its number: only the number has to be kept.
 */
import { createHash } from 'node:crypto'

/** The upper limit of lane numbers, exclusive. */
export const TRACE_LANES = 65_536
const NUMBER_DIGITS = 12

/** Returns the first 20 hex digits of all ids of a lane. @param run a text unique to the run */
export function tracePrefixOf(run: string, lane: number): string {
  return createHash('sha256').update(run).digest('hex').slice(0, 16) + lane.toString(16).padStart(4, '0')
}

/** Returns the id of a number, 32 hex digits. */
export function traceIdOf(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(NUMBER_DIGITS, '0')
}
