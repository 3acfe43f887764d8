import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import {
  agentCount,
  burstiness,
  checkedBurstiness,
  durationMs,
  lengthSetting,
  PLAIN,
  ratePerSec,
  whenBusy,
} from './config.ts'

const configSchema = z.strictObject({
  /** Arrivals, `'500/s'`. */
  rate: ratePerSec.describe('Arrival rate, e.g. 500/s'),
  /** Length of the run. */
  duration: durationMs.describe('Length of the run'),
  /** Evenly spaced, or as independent users come (poisson), or as bursty as set (gamma). Default: constant. */
  arrivals: z
    .enum(['constant', 'poisson', 'gamma'])
    .default('constant')
    .describe('constant: evenly spaced; poisson: like independent users; gamma: as bursty as set'),
  /** Gamma arrivals: 1 = like independent users, below 1 = in bursts, above 1 = more even. */
  burstiness: burstiness.optional(),
  /** Handling of an arrival without a free agent. Default: queue. */
  whenBusy: whenBusy.default('queue'),
  /** Most agents at once. Default: two seconds of arrivals. */
  agents: agentCount.optional().describe('Most agents at once. Default: two seconds of arrivals.'),
})

/** Open model: arrivals at one rate, whatever the target does. */
export function constantRate(settings: Written<typeof configSchema>): WorkloadRef {
  return { pattern: 'constant-rate', ...settings }
}

/** The pattern `constant-rate`. */
export const constantRatePattern: WorkloadPattern = {
  name: 'constant-rate',
  summary: 'open model: arrivals at one rate, whatever the target does',
  configSchema,
  withDuration: lengthSetting('duration'),
  resolve(config) {
    const {
      rate,
      duration,
      arrivals,
      whenBusy: busy,
      agents,
      ...rest
    } = config as z.output<typeof configSchema>
    return {
      ...PLAIN,
      ...checkedBurstiness(arrivals, rest.burstiness),
      model: 'open',
      curve: { kind: 'constant', value: rate, durationMs: duration },
      arrivals,
      whenBusy: busy,
      agents: agents ?? null,
      phases: [{ name: 'steady', startMs: 0, endMs: duration }],
    }
  },
}
