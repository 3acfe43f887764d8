/** Faults on a time line: in force only for a stretch of the load, counted from its start or from that of a phase. */
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { parseDurationMs } from '../../base/units.ts'
import type { FaultInjector } from './fault-injector.ts'
import type { Faults, TimedFaults } from './faults.ts'

/** A phase of a load, ms since its start. */
export interface LoadPhase {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
}

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly faults: Faults
}

export class FaultTimeline {
  readonly #clock: Clock
  readonly #injector: FaultInjector
  readonly #entries: readonly TimedFaults[]
  #cancels: CancelTimer[] = []

  constructor(clock: Clock, injector: FaultInjector, entries: readonly TimedFaults[]) {
    this.#clock = clock
    this.#injector = injector
    this.#entries = entries
  }

  /** Begins the time line, anew for every load. An entry of a phase that this load does not have is left out. */
  begin(phases: readonly LoadPhase[]): void {
    this.stop()
    if (this.#entries.length === 0) return
    const stretches = this.#entries.flatMap((entry) => stretchOf(entry, phases) ?? [])
    const instants = stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs])
    const changes = [...new Set([0, ...instants])].filter(Number.isFinite).sort((a, b) => a - b)
    const change = (atMs: number) => this.#injector.replace(faultsAt(stretches, atMs))
    this.#cancels = changes.map((atMs) => this.#clock.after(atMs, () => change(atMs)))
  }

  /** Ends it; what is in force stays. */
  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel()
  }
}

/** The faults in force at an instant: of two of a kind that overlap, those of the later entry. */
function faultsAt(stretches: readonly Stretch[], atMs: number): Faults {
  const inForce = stretches.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  return Object.assign({}, ...inForce.map(({ faults }) => faults))
}

function stretchOf(
  { phase: name, at, until, ...faults }: TimedFaults,
  phases: readonly LoadPhase[],
): Stretch | null {
  const phase = phases.find((each) => each.name === name)
  if (name !== undefined && phase === undefined) return null
  const baseMs = phase?.startMs ?? 0
  const endMs = phase?.endMs ?? Number.POSITIVE_INFINITY
  return {
    fromMs: baseMs + (at === undefined ? 0 : parseDurationMs(at)),
    toMs: until === undefined ? endMs : Math.min(endMs, baseMs + parseDurationMs(until)),
    faults,
  }
}
