/** Counts of what code does beside its requests, added up the same way for a shard and for a run. */
import type { CheckCounts, JourneyConcurrency } from '../model/interval-snapshot.ts'

/** The named checks of code, by phase and name. */
export class CheckTally {
  readonly #counts = new Map<string, { -readonly [Field in keyof CheckCounts]: CheckCounts[Field] }>()

  add(phase: string, check: string, passed: number, failed: number): void {
    const key = keyOf(phase, check)
    const counts = this.#counts.get(key)
    if (counts === undefined) {
      this.#counts.set(key, { phase, check, passed, failed })
      return
    }
    counts.passed += passed
    counts.failed += failed
  }

  /** Returns the counts by phase and name, in the order in which they came. */
  list(): CheckCounts[] {
    return [...this.#counts.values()].map((counts) => ({ ...counts }))
  }

  clear(): void {
    this.#counts.clear()
  }
}

/** The requests that one walk of a journey, or several, had under way at once. */
export type Concurrency = Omit<JourneyConcurrency, 'phase' | 'journey'>

/** The concurrency of journeys of code, by phase and journey. */
export class ConcurrencyTally {
  readonly #counts = new Map<string, JourneyConcurrency>()

  add(phase: string, journey: string, { requestsMax, notAwaited, refused }: Concurrency): void {
    const key = keyOf(phase, journey)
    const before = this.#counts.get(key)
    this.#counts.set(key, {
      phase,
      journey,
      requestsMax: Math.max(before?.requestsMax ?? 0, requestsMax),
      notAwaited: (before?.notAwaited ?? 0) + notAwaited,
      refused: (before?.refused ?? 0) + refused,
    })
  }

  /** Returns the counts by phase and journey, in the order in which they came. */
  list(): JourneyConcurrency[] {
    return [...this.#counts.values()]
  }

  clear(): void {
    this.#counts.clear()
  }
}

function keyOf(phase: string, name: string): string {
  return `${phase}\u0000${name}`
}
