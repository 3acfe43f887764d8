import { SLOWEST_PER_STEP, type SlowRequest } from '../model/interval-snapshot.ts'
import type { RecordSlowest } from '../model/run-record.ts'

/** The slowest requests of every step over all shards: of any number of them only a few are held. */
export class SlowestRequests {
  readonly #byStep = new Map<string, SlowRequest[]>()

  /** Takes one in, once. */
  add(request: SlowRequest): void {
    const kept = [...(this.#byStep.get(request.step) ?? []), request].sort(slowestFirst)
    this.#byStep.set(request.step, kept.slice(0, SLOWEST_PER_STEP))
  }

  /** By step, each list with the slowest first. */
  list(): RecordSlowest[] {
    return [...this.#byStep]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([step, kept]) => ({ step, requests: kept.map(({ step: _step, ...request }) => request) }))
  }
}

/** Of equals the first intended, and of those the first agent: the order in which they come does not matter. */
function slowestFirst(a: SlowRequest, b: SlowRequest): number {
  return b.responseTimeMs - a.responseTimeMs || a.atMs - b.atMs || a.agent - b.agent
}
