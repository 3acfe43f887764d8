import { z } from 'zod'
import type { WorkloadPattern } from '../ports/workload.ts'
import { agentCount, delayMs, durationMs, PLAIN, rangeMs } from './config.ts'

const configSchema = z.strictObject({
  agents: agentCount.describe('Agents, all the time'),
  duration: durationMs.describe('Length of the run'),
  think: rangeMs.prefault('0s').describe('Pause between journeys of an agent'),
  pacing: delayMs.prefault('0s').describe('Least time between the starts of an agent'),
})

/** Closed model: a fixed number of agents. */
export const constantAgents: WorkloadPattern = {
  name: 'constant-agents',
  summary: 'closed model: a fixed number of agents, each starting anew after its answer and think time',
  configSchema,
  resolve(config) {
    const { agents, duration, think, pacing } = config as z.output<typeof configSchema>
    return {
      ...PLAIN,
      model: 'closed',
      curve: { kind: 'constant', value: agents, durationMs: duration },
      agents: null,
      think,
      pacingMs: pacing,
      phases: [{ name: 'steady', startMs: 0, endMs: duration }],
    }
  },
}
