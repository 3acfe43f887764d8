/** Settings of workload patterns as authors write them: text with units in, plain numbers out. */
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import { type DurationRange, parseDurationMs, parseDurationRange, parseRatePerSec } from '../base/units.ts'
import type { WorkloadPattern } from '../ports/workload.ts'

/** Text that a unit parser turns into a value; its message is the problem, and the example what to write instead. */
function parsed<T>(parse: (text: string) => T, example: string) {
  const text = z.string().meta({ examples: [example] })
  return text.transform((written, context): T => {
    try {
      return parse(written)
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) })
      return z.NEVER
    }
  })
}

/** `'10m'` -> milliseconds, above 0. */
export const durationMs = parsed((text) => {
  const ms = parseDurationMs(text)
  if (ms <= 0) throw new Error('a duration above 0')
  return ms
}, '30s')
/** `'0s'` -> milliseconds. */
export const delayMs = parsed(parseDurationMs, '500ms')
/** `'1s..3s'` -> range of milliseconds. */
export const rangeMs = parsed<DurationRange>(parseDurationRange, '1s..3s')
/** `'500/s'` -> arrivals per second, above 0. */
export const ratePerSec = parsed((text) => {
  const rate = parseRatePerSec(text)
  if (rate <= 0) throw new Error('a rate above 0')
  return rate
}, '500/s')
/** Agents at the peak. */
export const agentCount = z.number().int().min(1).max(1_000_000)

export const whenBusy = z
  .enum(['queue', 'drop'])
  .describe('Handling of an arrival without a free agent: wait in a queue, or drop')

/** Mixes that DESIGN gives the named patterns. */
export const EVERYDAY_MIX = { safe: 0.7, risky: 0.2, complex: 0.1 } as const

/** `withDuration` of a pattern that has a setting for its length. */
export function lengthSetting(name: string): WorkloadPattern['withDuration'] {
  return (settings, durationMs) => ({ ...settings, [name]: `${durationMs}ms` })
}

/** The settings of a pattern that states no others. */
export const PLAIN = {
  instantsMs: null,
  whenBusy: 'queue',
  arrivals: 'constant',
  pacingMs: 0,
  think: { minMs: 0, maxMs: 0 },
  session: { journeys: null, pause: { minMs: 0, maxMs: 0 } },
  regions: [],
  mix: EVERYDAY_MIX,
} as const
