import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import {
  agentCount,
  delayMs,
  durationMs,
  iterations,
  joinRate,
  lengthSetting,
  PLAIN,
  rangeMs,
} from './config.ts'

const configSchema = z.strictObject({
  /** Agents, all the time. */
  agents: agentCount.describe('Number of agents'),
  /** Length of the run. */
  duration: durationMs.describe('Length of the run'),
  /** Pause between journeys of an agent. Default: none. */
  think: rangeMs.prefault('0s').describe('Pause between journeys of an agent'),
  /** Least time between the starts of an agent. Default: none. */
  pacing: delayMs.prefault('0s').describe('Least time between the starts of an agent'),
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
  /** Journeys after which the load ends: `1000`, or `'10 per agent'`. The duration is then the longest it may take. */
  iterations,
})

/** Closed model: a fixed number of agents, each starting anew after its answer and its think time. */
export function constantAgents(settings: Written<typeof configSchema>): WorkloadRef {
  return { pattern: 'constant-agents', ...settings }
}

/** The pattern `constant-agents`. */
export const constantAgentsPattern: WorkloadPattern = {
  name: 'constant-agents',
  summary: 'closed model: a fixed number of agents, each starting anew after its answer and think time',
  configSchema,
  withDuration: lengthSetting('duration'),
  atRate: ({ duration }, rate) => ({ pattern: 'constant-rate', rate, duration }),
  resolve(config) {
    const { agents, duration, think, pacing, joinRate, iterations } = config as z.output<typeof configSchema>
    return {
      ...PLAIN,
      model: 'closed',
      curve: { kind: 'constant', value: agents, durationMs: duration },
      agents: null,
      think,
      pacingMs: pacing,
      joinPerSec: joinRate ?? null,
      ...(iterations === undefined ? {} : { iterations }),
      phases: [{ name: 'steady', startMs: 0, endMs: duration }],
    }
  },
}
