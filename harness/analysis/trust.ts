/** The figures that can be trusted in an invalid run. */
import type { VerdictReason } from '../model/verdict.ts'
import { type MetricRef, metricOf } from './metrics/catalogue.ts'
import { TARGET_MOCKED } from './validity/mock-rules.ts'

/** Reasons for which requests failed without the target's doing: it never saw them, or lacked what it needs. */
const OTHERS_FAILURES = new Set([
  'DESCRIPTORS_EXHAUSTED',
  'PORTS_EXHAUSTED',
  'REQUIREMENT_LOST',
  'LOST_REQUESTS_DECIDE',
  'TOO_MANY_AT_ONCE',
])

/** Tells whether figures of a catalogue metric can be trusted although the instrument cannot. */
export function isTrusted(objective: MetricRef, invalid: readonly VerdictReason[]): boolean {
  if (invalid.some(({ code }) => code === TARGET_MOCKED)) return false
  switch (metricOf(objective).trust) {
    case 'clocked':
      return invalid.length === 0
    case 'counts':
      return !invalid.some(({ code }) => OTHERS_FAILURES.has(code))
    case 'target':
      return true
  }
}

/** Reasons for which requests left late, and that is all. */
const LATE_TO_SEND: ReadonlySet<string> = new Set(['GENERATOR_STARVED', 'START_DELAY'])

/** The times of a run that can be believed: all, those from sending on, or none. */
export type RunTrust = 'all' | 'service_time' | 'none'

/** Tells which times of a run can be believed. @param invalid why the instrument cannot */
export function runTrust(invalid: readonly VerdictReason[]): RunTrust {
  if (invalid.length === 0) return 'all'
  return invalid.every(({ code }) => LATE_TO_SEND.has(code)) ? 'service_time' : 'none'
}
