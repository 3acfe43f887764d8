/** A service under light load: is it what it was before the search? */
import { SparseHistogram } from '../../measure/sparse-histogram.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'

/** Successive intervals in which it has to be itself, at least. */
const INTERVALS = 3
/** Answers without which a percentile is one of them. */
const ANSWERS_MIN = 20
/** The first interval opens connections. */
const REFERENCE_FROM = 1
const WORSE_MAX = 1.25
/** Less is no difference, ms. */
const DIFFERENCE_MS = 1
const QUANTILE = 0.95

export class LightLoad {
  readonly #intervals: MergedInterval[] = []

  add(interval: MergedInterval): void {
    this.#intervals.push(interval)
  }

  /** p95 of all but the first interval, ms; null without an answer. */
  get p95Ms(): number | null {
    return p95MsOf(this.#intervals.slice(REFERENCE_FROM))
  }

  /** The last intervals that have enough answers, three at least; none when there are not so many yet. */
  get #latest(): MergedInterval[] {
    for (let count = INTERVALS; count <= this.#intervals.length; count++) {
      const last = this.#intervals.slice(-count)
      if (histogramOf(last).count >= ANSWERS_MIN) return last
    }
    return []
  }

  /** Tests whether the last seconds are as good as the reference was, with nothing left to do. */
  isItself(referenceP95Ms: number): boolean {
    const last = this.#latest
    const p95Ms = p95MsOf(last)
    return (
      last.length >= INTERVALS &&
      last.slice(-INTERVALS).every(({ backlog }) => backlog === 0) &&
      p95Ms !== null &&
      p95Ms <= Math.max(WORSE_MAX * referenceP95Ms, referenceP95Ms + DIFFERENCE_MS)
    )
  }
}

/** Seconds of light load that a percentile needs. */
export function lightSeconds(perSec: number): number {
  return INTERVALS + Math.ceil(ANSWERS_MIN / perSec)
}

function p95MsOf(intervals: readonly MergedInterval[]): number | null {
  const all = histogramOf(intervals)
  return all.count === 0 ? null : all.quantileUs(QUANTILE) / 1000
}

function histogramOf(intervals: readonly MergedInterval[]): SparseHistogram {
  return SparseHistogram.sum(
    intervals.flatMap(({ steps }) => Object.values(steps).map(({ counts }) => counts)),
  )
}
