/**
 * Trace ids of a run, W3C Trace Context: 16 bytes, of which 8 are the run's (hashed from what is unique about it), 2 say
 * which lane of the run gave the id out (a shard, or setup), and 6 are a number counted from 1 in that lane. So ids are
 * unique, never all zero, and a request's id is known wherever its number is: nothing but the number has to be kept.
 */
import { createHash } from 'node:crypto'

/** Lanes are numbers below this. */
export const TRACE_LANES = 65_536
const NUMBER_DIGITS = 12

/** First 20 hex digits of all ids of a lane. @param run text that no other run has */
export function tracePrefixOf(run: string, lane: number): string {
  return createHash('sha256').update(run).digest('hex').slice(0, 16) + lane.toString(16).padStart(4, '0')
}

/** The id that a number stands for, 32 hex digits. */
export function traceIdOf(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(NUMBER_DIGITS, '0')
}
