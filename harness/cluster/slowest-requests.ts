import { SLOWEST_PER_STEP, type SlowRequest } from '../model/interval-snapshot.ts'
import type { RecordSlowest } from '../model/run-record.ts'

/** The slowest requests of every step over all shards, limited to a few per step. */
export class SlowestRequests {
  readonly #byStep = new Map<string, SlowRequest[]>()

  /** Adds a request. */
  add(request: SlowRequest): void {
    const kept = [...(this.#byStep.get(request.step) ?? []), request].sort(slowestFirst)
    this.#byStep.set(request.step, kept.slice(0, SLOWEST_PER_STEP))
  }

  /** Returns the requests by step, each list with the slowest first. */
  list(): RecordSlowest[] {
    return [...this.#byStep]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([step, kept]) => ({ step, requests: kept.map(({ step: _step, ...request }) => request) }))
  }
}

/** Orders equal ones by intended start and then by agent, so that the order of arrival does not matter. */
function slowestFirst(a: SlowRequest, b: SlowRequest): number {
  return b.responseTimeMs - a.responseTimeMs || a.atMs - b.atMs || a.agent - b.agent
}
