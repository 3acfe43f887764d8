import * as z from 'zod'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { agentCount, durationMs, joinRate, lengthSetting, PLAIN, rangeMs } from './config.ts'

/** Shares of the run: quiet, then the window, then quiet again. */
const WINDOW_FROM = 0.25
const WINDOW_TO = 0.8
/** Agents outside the window, as a share of those inside. */
const QUIET_SHARE = 0.2
const EDGE_SHARE = 0.02

const configSchema = z.strictObject({
  /** Agents inside the maintenance window. Default: 50. */
  agents: agentCount.default(50).describe('Agents inside the maintenance window'),
  /** Length of the run. Default: `'10m'`. */
  duration: durationMs.prefault('10m').describe('Length of the run'),
  /** Pause between operations of an agent. Default: `'500ms..2s'`. */
  think: rangeMs.prefault('500ms..2s').describe('Pause between operations of an agent'),
  /** Agents that join in a second at the beginning, at most. Default: `'1000/s'`, or what half of the run takes. */
  joinRate,
})

/** Low traffic with a window of long batch operations: few agents, much of it risky and complex. */
export function maintenance(settings: Written<typeof configSchema> = {}): WorkloadRef {
  return { pattern: 'maintenance', ...settings }
}

/** The pattern `maintenance`. */
export const maintenancePattern: WorkloadPattern = {
  name: 'maintenance',
  summary: 'closed model: low traffic with a window of long batch operations',
  configSchema,
  withDuration: lengthSetting('duration'),
  resolve(config) {
    const { agents, duration, think, joinRate } = config as z.output<typeof configSchema>
    const quiet = Math.max(1, agents * QUIET_SHARE)
    const [fromMs, toMs, edgeMs] = [duration * WINDOW_FROM, duration * WINDOW_TO, duration * EDGE_SHARE]
    return {
      ...PLAIN,
      model: 'closed',
      curve: {
        kind: 'points',
        points: [
          [0, quiet],
          [fromMs, quiet],
          [fromMs + edgeMs, agents],
          [toMs - edgeMs, agents],
          [toMs, quiet],
          [duration, quiet],
        ],
      },
      agents: null,
      think,
      joinPerSec: joinRate ?? null,
      mix: { safe: 0.4, risky: 0.4, complex: 0.2 },
      phases: [
        { name: 'before', startMs: 0, endMs: fromMs },
        { name: 'window', startMs: fromMs, endMs: toMs },
        { name: 'after', startMs: toMs, endMs: duration },
      ],
    }
  },
}
