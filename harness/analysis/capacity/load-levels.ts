/**
 * The capacity of a system: throughput and response time by the number of agents, from the intervals of finished runs, and the
 * scalability law fitted to them. Its peak is stated under three conditions: at least six loads, a contention significantly above
 * zero, and at most twice the largest measured load.
 */
import { sum } from 'simple-statistics'
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { RecordInterval } from '../../model/record-interval.ts'
import type { WholeInterval } from '../../model/run-summary.ts'
import { tQuantile } from '../distributions.ts'
import { fitScalability, type LoadPoint, type ScalabilityFit } from '../scalability.ts'

/** Different loads that a fit needs. */
export const LOADS_MIN = 6
/** Loads that were on for less are passed through, not held. */
export const LEVEL_SECONDS_MIN = 3
/** More loads than this are put together with their neighbours. */
const LEVELS_MAX = 24
/** Largest load over the peak from which on the peak is well known. */
const WELL_BEYOND = 1.5
/** The factor beyond the largest load up to which a peak is stated. */
const EXTRAPOLATION_MAX = 2
const CONFIDENCE = 0.95

/** An interval of a run with the load that was on. */
export interface LoadedInterval {
  /** Agents that were active, on average. */
  readonly agents: number
  readonly seconds: number
  /** Requests that ended well. */
  readonly okCount: number
  readonly errorCount: number
  /** Response times, encoded; null without any. */
  readonly hdr: string | null
}

/** The result at one load. */
export interface LoadLevel {
  readonly agents: number
  readonly seconds: number
  readonly okPerSec: number
  readonly errorRatio: number
  /** Null without answers. */
  readonly p99Ms: number | null
}

/** The finding about the peak. */
export type PeakFinding =
  /** Fewer loads than a fit needs. */
  | { readonly kind: 'too-few-loads' }
  /** The cost of more agents cannot be told from nothing. */
  | { readonly kind: 'no-peak-seen' }
  /** It lies where nothing is known. */
  | { readonly kind: 'out-of-sight' }
  /** `isReached`: loads well beyond it were measured. */
  | {
      readonly kind: 'peak'
      readonly agents: number
      readonly ratePerSec: number
      readonly isReached: boolean
    }

export interface Capacity {
  /** By agents. */
  readonly levels: readonly LoadLevel[]
  /** Null with too few loads. */
  readonly fit: ScalabilityFit | null
  readonly peak: PeakFinding
}

/** Intervals as the history keeps them, with the load of those of the record that they cover. */
export function loadedIntervals(
  intervals: readonly WholeInterval[],
  measured: readonly RecordInterval[],
): LoadedInterval[] {
  return intervals.flatMap(({ startMs, endMs, errors, hdr }) => {
    const covered = measured.filter((interval) => interval.startMs >= startMs && interval.endMs <= endMs)
    if (covered.length === 0) return []
    return [
      {
        agents: sum(covered.map(({ activeAgents }) => activeAgents)) / covered.length,
        seconds: (endMs - startMs) / 1000,
        okCount: sum(covered.flatMap(({ steps }) => Object.values(steps).map(({ ok }) => ok))),
        errorCount: errors,
        hdr,
      },
    ]
  })
}

export function capacityOf(intervals: readonly LoadedInterval[]): Capacity {
  const levels = loadLevels(intervals)
  const points = levels
    .filter(({ okPerSec }) => okPerSec > 0)
    .map(({ agents, okPerSec }) => ({ load: agents, ratePerSec: okPerSec }))
  return { levels, ...scalabilityOf(points) }
}

/** The law through measured rates, and what may be said of its peak. */
export function scalabilityOf(points: readonly LoadPoint[]): Pick<Capacity, 'fit' | 'peak'> {
  if (points.length < LOADS_MIN) return { fit: null, peak: { kind: 'too-few-loads' } }
  const fit = fitScalability(points)
  return { fit, peak: peakOf(fit, points.length, Math.max(...points.map(({ load }) => load))) }
}

function peakOf(fit: ScalabilityFit, loads: number, largest: number): PeakFinding {
  const surely = fit.beta - tQuantile(CONFIDENCE, loads - 3) * fit.se[2]
  // Without a proper standard error nothing is sure.
  if (!(surely > 0) || fit.peakLoad === null || fit.peakRatePerSec === null) return { kind: 'no-peak-seen' }
  if (fit.peakLoad > EXTRAPOLATION_MAX * largest) return { kind: 'out-of-sight' }
  return {
    kind: 'peak',
    agents: fit.peakLoad,
    ratePerSec: fit.peakRatePerSec,
    isReached: largest >= WELL_BEYOND * fit.peakLoad,
  }
}

function loadLevels(intervals: readonly LoadedInterval[]): LoadLevel[] {
  const loaded = intervals.filter(({ agents }) => agents > 0)
  return groupsOf(loaded)
    .map(levelOf)
    .filter(({ seconds }) => seconds >= LEVEL_SECONDS_MIN)
    .sort((a, b) => a.agents - b.agents)
}

/** By agents; of many loads by equal ratios of agents. */
function groupsOf(intervals: readonly LoadedInterval[]): LoadedInterval[][] {
  const loads = intervals.map(({ agents }) => Math.round(agents))
  const [smallest, largest] = [Math.max(1, Math.min(...loads)), Math.max(...loads)]
  const isMany = new Set(loads).size > LEVELS_MAX
  const ratio = Math.log(largest / smallest) / LEVELS_MAX
  const groups = new Map<number, LoadedInterval[]>()
  for (const [i, interval] of intervals.entries()) {
    const load = loads[i] as number
    const key = isMany ? Math.min(LEVELS_MAX - 1, Math.floor(Math.log(load / smallest) / ratio)) : load
    groups.set(key, [...(groups.get(key) ?? []), interval])
  }
  return [...groups.values()]
}

function levelOf(intervals: readonly LoadedInterval[]): LoadLevel {
  const seconds = sum(intervals.map((interval) => interval.seconds))
  const okCount = sum(intervals.map((interval) => interval.okCount))
  const errorCount = sum(intervals.map((interval) => interval.errorCount))
  const histogram = SparseHistogram.decodeAll(intervals.map(({ hdr }) => hdr))
  return {
    agents: sum(intervals.map((interval) => interval.agents * interval.seconds)) / seconds,
    seconds,
    okPerSec: okCount / seconds,
    errorRatio: okCount + errorCount === 0 ? 0 : errorCount / (okCount + errorCount),
    p99Ms: histogram.count === 0 ? null : histogram.quantileUs(0.99) / 1000,
  }
}
