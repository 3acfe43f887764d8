import { z } from 'zod'
import type { WorkloadPattern } from '../ports/workload.ts'
import { agentCount, delayMs, PLAIN, rangeMs, whenBusy } from './config.ts'
import { compileCurve } from './curve.ts'
import { curveSchema } from './curve-schema.ts'

const configSchema = z.strictObject({
  model: z.enum(['open', 'closed']).describe('Whether the curve counts arrivals per second or agents'),
  curve: curveSchema.describe('What ramp(), steps(), spike() ... make'),
  arrivals: z.enum(['constant', 'poisson']).default('constant'),
  whenBusy: whenBusy.default('queue'),
  agents: agentCount.optional().describe('Open model: most agents at once'),
  think: rangeMs.prefault('0s'),
  pacing: delayMs.prefault('0s'),
})

/** Any curve of the algebra. */
export const curvePattern: WorkloadPattern = {
  name: 'curve',
  summary: 'any curve: constant, ramp, steps, spike, sine, points, and their sequence, sum and scale',
  configSchema,
  resolve(config) {
    const { pacing, agents, ...rest } = config as z.output<typeof configSchema>
    const { durationMs } = compileCurve(rest.curve)
    return {
      ...PLAIN,
      ...rest,
      agents: rest.model === 'open' ? (agents ?? null) : null,
      pacingMs: pacing,
      phases: [{ name: 'steady', startMs: 0, endMs: durationMs }],
    }
  },
}
