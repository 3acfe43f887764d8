/**
 * The loop of a search: which probe is next is decided by the probes so far, and each is kept before the next one. Nothing else is
 * known of it, so that it may end at any moment and go on from there.
 */

import type { MeasuredProbe } from '../../analysis/capacity/measured-probe.ts'
import { searchState } from '../../analysis/capacity/search-from-probes.ts'
import type { NextProbe, SearchState } from '../../analysis/capacity/search-state.ts'
import { type Clock, isoOf } from '../../base/clock.ts'
import { isInterrupted, type StopRequest } from '../../base/stop-request.ts'
import type { CapacityProbe, CapacityRecord } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { CapacityLimits } from './capacity-limits.ts'

/** The loads that a search sends. Each throws INTERRUPTED when people ended it before it had begun. */
export interface SearchLoads {
  /** p95 under light load, ms; null without an answer. */
  reference(lowest: number): Promise<number | null>
  /** Seconds until the service was itself again; null: it was not. @param number of the probe after it */
  recover(number: number, lowest: number, referenceP95Ms: number): Promise<number | null>
  /** Sends nothing for a while. */
  pause(): Promise<void>
  probe(number: number, next: NextProbe, limits: readonly ObjectivePlan[]): Promise<MeasuredProbe>
}

/** Observes a search. */
export interface CapacityObserver {
  /** @param known from the probes so far */
  onNext(next: NextProbe, record: CapacityRecord, known: SearchState): void
  /** @param known from all probes so far */
  onProbe(probe: CapacityProbe, record: CapacityRecord, known: SearchState): void
}

interface SearchAround {
  readonly loads: SearchLoads
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs'>
  readonly stop: Pick<StopRequest, 'level'>
  readonly keep: (record: CapacityRecord) => Promise<unknown>
  readonly observer: CapacityObserver
}

/** Probes until the search is over, or people end it; gives what is known then. */
export function searchUntilOver(
  record: CapacityRecord,
  limits: CapacityLimits,
  around: SearchAround,
): Promise<CapacityRecord> {
  return new Search(record, limits, around).run()
}

class Search {
  #record: CapacityRecord
  readonly #limits: CapacityLimits
  readonly #around: SearchAround

  constructor(record: CapacityRecord, limits: CapacityLimits, around: SearchAround) {
    this.#record = record
    this.#limits = limits
    this.#around = around
  }

  /** Probes until the search is over, or people end it. */
  async run(): Promise<CapacityRecord> {
    try {
      for (;;) {
        const known = this.#known
        const { next } = known
        if (next === null || this.#around.stop.level !== 'none') return this.#record
        this.#around.observer.onNext(next, this.#record, known)
        await this.#take(next)
      }
    } catch (error) {
      // What is known is known; nothing of the probe that was cut short is.
      if (isInterrupted(error)) return this.#record
      throw error
    }
  }

  get #known(): SearchState {
    const { limits, settings, probes } = this.#record
    return searchState(limits, settings, probes)
  }

  async #take(next: NextProbe): Promise<void> {
    const { clock } = this.#around
    const begunMs = clock.nowMs()
    const number = this.#record.probes.length + 1
    const recoveredS = await this.#ready(next, number)
    if (this.#around.stop.level !== 'none') return
    const measured =
      recoveredS === 'never'
        ? NOT_SENT
        : await this.#around.loads.probe(number, next, this.#limits.objectives)
    // Ended by people: it is not what it was meant to be.
    if (this.#around.stop.level !== 'none' && measured.ended !== 'halted') return
    const probe = this.#limits.complete({
      ...measured,
      purpose: next.purpose,
      x: next.x,
      why: next.why,
      recoveredS: recoveredS === 'never' ? null : recoveredS,
      elapsedS: (clock.nowMs() - begunMs) / 1000,
    })
    await this.#keep({
      assumedP99Ms: this.#limits.assumedP99Ms,
      probes: [...this.#record.probes, probe],
    })
    this.#around.observer.onProbe(probe, this.#record, this.#known)
  }

  /** Waits until the probe may be made; gives the seconds that the service took to be itself again. */
  async #ready({ recoversFirst }: NextProbe, number: number): Promise<number | null | 'never'> {
    const { probes, settings, referenceP95Ms } = this.#record
    const lowest = Math.min(settings.from, ...probes.map(({ x }) => x))
    if (referenceP95Ms === null) {
      await this.#keep({ referenceP95Ms: await this.#around.loads.reference(lowest) })
      return null
    }
    if (!recoversFirst) {
      await this.#around.loads.pause()
      return null
    }
    return (await this.#around.loads.recover(number, lowest, referenceP95Ms)) ?? 'never'
  }

  async #keep(changes: Partial<CapacityRecord>): Promise<void> {
    this.#record = { ...this.#record, ...changes, finishedAt: isoOf(this.#around.clock.wallMs()) }
    await this.#around.keep(this.#record)
  }
}

/** A probe that was not sent, because the service was not itself. */
const NOT_SENT = {
  runId: null,
  seconds: 0,
  ended: 'not-recovered',
  readings: [],
  reason: 'the service was not itself again after three minutes of light load',
  startedPerSec: 0,
  achievedPerSec: 0,
  p99Ms: null,
  meanMs: null,
  meanInFlight: 0,
  errorRatio: 0,
  requestsPerStart: null,
  components: [],
  cautions: [],
} satisfies Partial<CapacityProbe>
