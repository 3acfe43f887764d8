/** Settings of workload patterns as authors write them: text with units in, plain numbers out. */
import * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { parseIterations } from '../base/iterations.ts'
import { type DurationRange, parseDurationMs, parseDurationRange, parseRatePerSec } from '../base/units.ts'
import type { IterationsPlan } from '../model/plan.ts'
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

/** `1000` or `'10 per agent'` -> the iterations after which the load ends. */
export const iterations = z
  .union([z.number(), z.string()])
  .transform((written, context): IterationsPlan => {
    try {
      return parseIterations(written)
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) })
      return z.NEVER
    }
  })
  .optional()
  .describe(
    'Journeys after which the load ends, of all agents together, e.g. 1000, or of each: 10 per agent. The duration is then the longest it may take.',
  )

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

/** Settings of patterns whose demand is either arrivals or agents. */
export const ofEitherModel = {
  /** Open model: handling of an arrival without a free agent. Default: queue. */
  whenBusy: whenBusy.default('queue'),
  /** Open model: most agents at once. Default: two seconds of arrivals at the peak. */
  agents: agentCount.optional().describe('Open model: most agents at once'),
  /** Pause between journeys of an agent. Default: none. */
  think: rangeMs.prefault('0s').describe('Pause between journeys of an agent'),
  /** Closed model: least time between the starts of an agent. Default: none. */
  pacing: delayMs.prefault('0s').describe('Least time between the starts of an agent'),
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
  /** Closed model: journeys after which the load ends: `1000`, or `'10 per agent'`. */
  iterations,
}
