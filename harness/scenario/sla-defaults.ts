/** The thresholds that users of request-response systems start from; each can be changed or left out by its name. */
import type * as z from 'zod'
import type { objective } from './objective-schema.ts'

type ObjectiveDocument = Exclude<z.input<typeof objective>, string>

/** Watched over the run so far. */
const SO_FAR = { grace: '5s', minSamples: 20 } as const

const WATCHED = { ...SO_FAR, window: '10s' } as const

/** Samples of a figure of the target are seconds: a run of ten has enough. */
const SECONDS = { ...WATCHED, minSamples: 5 } as const

const SLA_DEFAULTS = {
  within100ms: {
    ...WATCHED,
    expect: 'share(response_time <= 100ms) >= 99%',
    severity: 'major',
    rollback: true,
  },
  p99: { ...WATCHED, expect: 'p99(response_time) <= 100ms', severity: 'major', rollback: true },
  p95: { ...WATCHED, expect: 'p95(response_time) <= 75ms', severity: 'warning' },
  availability: { ...WATCHED, expect: 'availability >= 99.9%', severity: 'critical', rollback: true },
  errors: { ...WATCHED, expect: 'error_ratio <= 1%', severity: 'major' },
  throughput: { ...SO_FAR, expect: 'throughput_kept >= 95%', severity: 'major' },
  targetCpu: { ...SECONDS, expect: 'target_cpu_ratio <= 85%', severity: 'warning' },
  targetMemory: {
    ...SECONDS,
    expect: 'target_memory_ratio <= 90%',
    severity: 'major',
    rollback: true,
  },
} as const satisfies Record<string, ObjectiveDocument>

/** Names of the thresholds. */
export type SlaName = keyof typeof SLA_DEFAULTS

/** By name: another expression, other settings, or `false` to leave it out. */
export type SlaChanges = { readonly [Name in SlaName]?: string | Partial<ObjectiveDocument> | false }

/**
 * Eight objectives, watched over 10 s (throughput over the run so far) with a grace of 5 s:
 * `objectives: [...slaDefaults({ p99: 'p99(response_time) <= 250ms', targetCpu: false }), ...]`. CPU and memory of the target
 * need its `pid`; what nobody measured never passes silently.
 */
export function slaDefaults(changes: SlaChanges = {}): readonly ObjectiveDocument[] {
  return Object.entries(SLA_DEFAULTS).flatMap(([name, objective]) => {
    const change = changes[name as SlaName] ?? {}
    if (change === false) return []
    return [{ ...objective, ...(typeof change === 'string' ? { expect: change } : change) }]
  })
}
