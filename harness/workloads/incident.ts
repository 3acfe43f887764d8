import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { agentCount, durationMs, joinRate, lengthSetting, PLAIN, rangeMs } from './config.ts'

/** Ends of the phases as shares of the run. */
const CALM_END = 0.25
const BURST_END = 0.35
const STORM_END = 0.65
/** Agents before and after, as a share of the peak. */
const CALM_SHARE = 0.15
/** The storm sways between these shares of the peak, down and up again: people retry, give up, come back. */
const STORM_LOW = 0.7
const STORM_HIGH = 1
const SWAYS = 3

const configSchema = z.strictObject({
  /** Agents at the height of the burst. Default: 400. */
  agents: agentCount.default(400).describe('Agents at the height of the burst'),
  /** Length of the run. Default: `'5m'`. */
  duration: durationMs.prefault('5m').describe('Length of the run'),
  /** Pause between journeys of an agent. Default: `'500ms..1500ms'`. */
  think: rangeMs.prefault('500ms..1500ms').describe('Pause between journeys of an agent'),
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
})

/** Calm, burst, retry storm, drain. */
export function incident(settings: Written<typeof configSchema> = {}): WorkloadRef {
  return { pattern: 'incident', ...settings }
}

/** The pattern `incident`. */
export const incidentPattern: WorkloadPattern = {
  name: 'incident',
  summary: 'closed model: calm, a burst, a retry storm, a drain',
  configSchema,
  withDuration: lengthSetting('duration'),
  resolve(config) {
    const { agents, duration, think, joinRate } = config as z.output<typeof configSchema>
    const calm = Math.max(1, agents * CALM_SHARE)
    return {
      ...PLAIN,
      model: 'closed',
      curve: {
        kind: 'points',
        points: [
          [0, calm],
          [duration * CALM_END, calm],
          [duration * (CALM_END + 0.03), agents],
          [duration * BURST_END, agents],
          ...stormShares().map(([at, share]): [number, number] => [duration * at, agents * share]),
          [duration * (STORM_END + 0.1), calm],
          [duration, calm],
        ],
      },
      agents: null,
      think,
      joinPerSec: joinRate ?? null,
      mix: { safe: 0.3, risky: 0.4, complex: 0.3 },
      phases: [
        { name: 'calm', startMs: 0, endMs: duration * CALM_END },
        { name: 'burst', startMs: duration * CALM_END, endMs: duration * BURST_END },
        { name: 'storm', startMs: duration * BURST_END, endMs: duration * STORM_END },
        { name: 'drain', startMs: duration * STORM_END, endMs: duration },
      ],
    }
  },
}

/** The turning points of the storm: the part of the run, and the share of the peak. It ends low. */
function stormShares(): [number, number][] {
  const turns = 2 * SWAYS - 1
  const step = (STORM_END - BURST_END) / turns
  return Array.from({ length: turns }, (_, turn) => [
    BURST_END + (turn + 1) * step,
    turn % 2 === 0 ? STORM_LOW : STORM_HIGH,
  ])
}
