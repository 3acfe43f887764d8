/** Arrivals of a log, fitted: the shape of the load over time, and how bursty it is within it. */
import { formatDurationMs } from '../../base/units.ts'
import type { ImportedWorkload } from './imported.ts'
import { durationText } from './to-document.ts'

export interface Fit {
  readonly workload: ImportedWorkload
  /** The log in its own time, and what was changed. */
  readonly notes: readonly string[]
}

/** Levels of the curve. */
const LEVELS = 20
/** A longer log is told in this time, by the same rates. */
const RUN_MS_MAX = 10 * 60_000
const RUN_MS_MIN = 10_000
/** A run with fewer requests proves nothing. */
const REQUESTS_MIN = 300
/** Counts of seconds that vary by so much more or less than those of independent users are bursty or even. */
const BURSTY = 1.5
const SHAPE_MIN = 0.05

/** @param instantsMs calendar times @param kept share of the requests that the scenario sends @returns null without times */
export function fitArrivals(instantsMs: readonly number[], kept: number): Fit | null {
  if (instantsMs.length < 2) return null
  const sorted = Float64Array.from(instantsMs).sort()
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)]
  // Times of whole seconds: the last one lasts until the next.
  const spanMs = Math.max(RUN_MS_MIN, last - first + 1000)
  const counts = new Array<number>(LEVELS).fill(0)
  for (const atMs of sorted) {
    const level = Math.min(LEVELS - 1, Math.floor(((atMs - first) / spanMs) * LEVELS))
    counts[level] = (counts[level] as number) + 1
  }
  const runMs = Math.min(RUN_MS_MAX, spanMs)
  const stepMs = Math.ceil(runMs / LEVELS / 500) * 500
  const recorded = counts.map((count) => (count * kept * 1000 * LEVELS) / spanMs)
  const expected = recorded.reduce((sum, perSec) => sum + (perSec * stepMs) / 1000, 0)
  const factor = Math.max(1, REQUESTS_MIN / expected)
  const values = recorded.map((perSec) => Number((perSec * factor).toPrecision(3)))
  const dispersion = dispersionOf(sorted, counts, spanMs, first)
  return {
    workload: {
      pattern: 'curve',
      model: 'open',
      curve: { kind: 'steps', values, stepMs },
      ...arrivalsOf(dispersion),
    },
    notes: notesOf({ sorted, spanMs, stepMs, factor, dispersion, peak: Math.max(...recorded) }),
  }
}

/** Gaps of arrivals with this dispersion of counts are those of a gamma law with the inverse as its shape. */
function arrivalsOf(dispersion: number | null): object {
  if (dispersion === null || dispersion < BURSTY) return { arrivals: 'poisson' }
  return { arrivals: 'gamma', burstiness: Number(Math.max(SHAPE_MIN, 1 / dispersion).toFixed(2)) }
}

/** Variance over mean of the counts of seconds, within the levels: 1 for independent users. Null for too few to tell. */
function dispersionOf(
  sorted: Float64Array,
  counts: readonly number[],
  spanMs: number,
  first: number,
): number | null {
  const perSecond = new Map<number, number>()
  for (const atMs of sorted) {
    const second = Math.floor((atMs - first) / 1000)
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
  }
  const seconds = Math.ceil(spanMs / 1000)
  const perLevel = seconds / LEVELS
  if (perLevel < 2 || sorted.length < REQUESTS_MIN) return null
  let squares = 0
  for (const [second, count] of perSecond) {
    const mean = (counts[Math.min(LEVELS - 1, Math.floor(second / perLevel))] ?? 0) / perLevel
    squares += (count - mean) ** 2 - mean ** 2
  }
  for (const count of counts) squares += perLevel * (count / perLevel) ** 2
  return squares / sorted.length
}

function notesOf(of: {
  readonly sorted: Float64Array
  readonly spanMs: number
  readonly stepMs: number
  readonly factor: number
  readonly dispersion: number | null
  readonly peak: number
}): readonly string[] {
  const runMs = of.stepMs * LEVELS
  const span = formatDurationMs(of.spanMs)
  const faster = of.spanMs / runMs
  const burst =
    of.dispersion === null
      ? ''
      : `, counts of seconds vary ${of.dispersion.toFixed(1)} times as much as those of independent users`
  return [
    `the log holds ${of.sorted.length.toLocaleString('en-US')} requests in ${span}, at most ${Number(of.peak.toPrecision(3))}/s over ${durationText(of.spanMs / LEVELS)}${burst}`,
    ...(faster > 1.05 ? [`its shape is told in ${formatDurationMs(runMs)}, by the rates that it had`] : []),
    ...(of.factor > 1
      ? [
          `its rates are multiplied by ${Number(of.factor.toPrecision(3))}: at its own, the run would have fewer than ${REQUESTS_MIN} requests`,
        ]
      : []),
  ]
}
