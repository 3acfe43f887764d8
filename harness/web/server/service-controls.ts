/** The service as its interface for programs reaches it. */
import type { Context } from 'hono'
import type { ServiceRun, ToldRun, ToldSchedule } from '../../model/service.ts'
import type { ServiceFigures } from './service-metrics.ts'

/** busy: one run at a time. unknown: there is no such scenario. */
export type LaunchRefusal = 'busy' | 'unknown'

/** The service as its interface reaches it. */
export interface ServiceControls {
  /** True when it was asked to stop: no run begins any more. */
  readonly isClosing: () => boolean
  readonly figures: () => ServiceFigures
  readonly scenarios: () => Promise<readonly string[]>
  readonly schedules: () => readonly ToldSchedule[]
  readonly launch: (wanted: ServiceRun) => Promise<ToldRun | LaunchRefusal>
  /** The last runs, newest first. */
  readonly runs: () => readonly ToldRun[]
  /** A run as it is when it is over, or after `waitMs`; null: unknown. */
  readonly run: (id: string, waitMs: number, signal: AbortSignal) => Promise<ToldRun | null>
  /** Ends a run: once, it drains; again, it gives up. False: it is not under way. */
  readonly stop: (id: string) => boolean
  /** The published verdict of a run, of this service or another one on the same reports; null: there is none. */
  readonly verdict: (id: string) => Promise<object | null>
  /** Null when the asker is gone. */
  readonly gate: (
    rollout: string,
    wanted: ServiceRun,
    signal: AbortSignal,
  ) => Promise<ToldRun | LaunchRefusal | null>
}

/** Says why no run was started. */
export function refused(context: Context, why: LaunchRefusal): Response {
  if (why === 'unknown') return context.json({ error: 'there is no such scenario: GET /api/scenarios' }, 404)
  return context.json({ error: 'a run is under way: one at a time' }, 503, { 'Retry-After': '30' })
}
