import { z } from 'zod'
import type { WorkloadPattern } from '../ports/workload.ts'
import { agentCount, durationMs, PLAIN, ratePerSec, whenBusy } from './config.ts'

const configSchema = z.strictObject({
  rate: ratePerSec.describe('Arrivals, e.g. 500/s'),
  duration: durationMs.describe('Length of the run'),
  arrivals: z
    .enum(['constant', 'poisson'])
    .default('constant')
    .describe('Evenly spaced, or as independent users come'),
  whenBusy: whenBusy.default('queue'),
  agents: agentCount.optional().describe('Most agents at once; two seconds of arrivals unless said'),
})

/** Open model: arrivals at one rate, whatever the target does. */
export const constantRate: WorkloadPattern = {
  name: 'constant-rate',
  summary: 'open model: arrivals at one rate, whatever the target does',
  configSchema,
  resolve(config) {
    const { rate, duration, arrivals, whenBusy: busy, agents } = config as z.output<typeof configSchema>
    return {
      ...PLAIN,
      model: 'open',
      curve: { kind: 'constant', value: rate, durationMs: duration },
      arrivals,
      whenBusy: busy,
      agents: agents ?? null,
      phases: [{ name: 'steady', startMs: 0, endMs: duration }],
    }
  },
}
