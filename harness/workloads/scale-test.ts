import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { agentCount, durationMs, joinRate, lengthSetting, PLAIN, ratePerSec } from './config.ts'

const configSchema = z.strictObject({
  /** Agents at the top of the staircase. Default: 1,200. */
  agents: agentCount.default(1200).describe('Agents at the top of the staircase'),
  /** Journeys per second at the top. Default: `'500/s'`. */
  rate: ratePerSec.prefault('500/s').describe('Journeys per second at the top'),
  /** Steps of the staircase. Default: 6. */
  steps: z.number().int().min(1).max(100).default(6).describe('Steps of the staircase'),
  /** Length of a step. Default: `'10s'`. */
  stepFor: durationMs.prefault('10s').describe('Length of a step'),
  /** Length of the hold at the top. Default: `'60s'`. */
  hold: durationMs.prefault('60s').describe('Length of the hold at the top'),
  /** Length of the whole run: steps and hold keep their proportion. Default: what they add up to. */
  duration: durationMs.optional().describe('Length of the whole run: steps and hold keep their proportion'),
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
})

/** A staircase to the top and a hold. Agents are paced (agents / rate apart), so the plan says how many journeys there are. */
export function scaleTest(settings: Written<typeof configSchema> = {}): WorkloadRef {
  return { pattern: 'scale-test', ...settings }
}

/** The pattern `scale-test`. */
export const scaleTestPattern: WorkloadPattern = {
  name: 'scale-test',
  summary: 'closed, paced model: a staircase to the top and a hold',
  configSchema,
  withDuration: lengthSetting('duration'),
  resolve(config) {
    const { agents, rate, steps, joinRate, ...lengths } = config as z.output<typeof configSchema>
    const lengthMs = (steps - 1) * lengths.stepFor + lengths.hold
    const compression = (lengths.duration ?? lengthMs) / lengthMs
    const [stepFor, hold] = [lengths.stepFor * compression, lengths.hold * compression]
    const rampMs = (steps - 1) * stepFor
    const stairs = Array.from({ length: steps - 1 }, (_, i) => (agents * (i + 1)) / steps)
    const top = { kind: 'constant', value: agents, durationMs: hold } as const
    return {
      ...PLAIN,
      model: 'closed',
      curve:
        stairs.length === 0
          ? top
          : { kind: 'sequence', parts: [{ kind: 'steps', values: stairs, stepMs: stepFor }, top] },
      agents: null,
      pacingMs: (agents / rate) * 1000,
      joinPerSec: joinRate ?? null,
      phases: [
        ...(rampMs === 0 ? [] : [{ name: 'ramp', startMs: 0, endMs: rampMs }]),
        { name: 'hold', startMs: rampMs, endMs: rampMs + hold },
      ],
    }
  },
}
