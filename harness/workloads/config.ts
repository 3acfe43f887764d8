/** Settings of workload patterns as authors write them: text with units in, plain numbers out. */
import * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
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
/** Shape of the gaps of gamma arrivals. */
export const burstiness = z
  .number()
  .min(0.01)
  .max(1000)
  .describe('Of gamma arrivals: 1 = like independent users, below 1 = in bursts, above 1 = more even')

/** Returns the burstiness of gamma arrivals, and nothing for others. @throws HarnessError SCENARIO_INVALID for one without the other */
export function checkedBurstiness(
  arrivals: string,
  shape: number | undefined,
): { readonly burstiness?: number } {
  if ((arrivals === 'gamma') !== (shape !== undefined))
    throw new HarnessError('SCENARIO_INVALID', '`burstiness` and `arrivals: gamma` belong together', {
      hint: 'Write both, for example arrivals: gamma, burstiness: 0.5; or neither.',
    })
  return shape === undefined ? {} : { burstiness: shape }
}

/** `'500/s'` -> arrivals per second, above 0. */
export const ratePerSec = parsed((text) => {
  const rate = parseRatePerSec(text)
  if (rate <= 0) throw new Error('a rate above 0')
  return rate
}, '500/s')
/** Agents at the peak. */
export const agentCount = z.number().int().min(1).max(1_000_000)

/** Rate at which the agents of the beginning join. */
export const joinRate = ratePerSec
  .optional()
  .describe(
    'Agents that join in a second at the beginning, at most; the joining is recorded and not judged. Default: 1,000/s, or what half of the run takes',
  )

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
  joinPerSec: null,
  think: { minMs: 0, maxMs: 0 },
  session: { journeys: null, pause: { minMs: 0, maxMs: 0 } },
  regions: [],
  mix: EVERYDAY_MIX,
} as const
