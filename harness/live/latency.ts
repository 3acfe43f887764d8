/** Response times as people watch them: percentiles, and bars. */
import { DenseHistogram } from '../measure/dense-histogram.ts'
import { joinKnown } from '../measure/join-intervals.ts'
import { barsOf } from '../measure/latency-bars.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { LatencyFigures, LiveView } from '../model/live-view.ts'
import type { MergedInterval } from '../model/merged-interval.ts'

/** Response times of intervals, added up over their steps. */
export function responseTimesOf(intervals: readonly MergedInterval[]): SparseHistogram {
  return SparseHistogram.sum(
    intervals.flatMap(({ steps }) => Object.values(steps).map(({ counts }) => counts)),
  )
}

/** @param lowerBoundFromMs shortest wait of a request that ended without an answer; null when all were answered */
export function figuresOf(histogram: SparseHistogram, lowerBoundFromMs: number | null): LatencyFigures {
  const at = (quantile: number) => histogram.quantileUs(quantile) / 1000
  return {
    count: histogram.count,
    lowerBoundFromMs,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: histogram.maxUs / 1000,
  }
}

export const WINDOW_MS = 10_000
/** Intervals end a little early or late: one that only touches the window does not belong to it. */
const WINDOW_SLACK_MS = 500

/** Response times by now: of the last seconds and of the run. */
interface TimesByNow extends Pick<LiveView, 'windowMs' | 'window' | 'run' | 'bars'> {
  /** Response times of the latest interval. */
  readonly latest: SparseHistogram
}

/** Sums response times over the last seconds and over the run. */
export class ResponseTimes {
  readonly #run = new DenseHistogram()
  /** Shortest wait of the run without an answer, ms. */
  #lowerBoundFromMs: number | null = null
  #recent: MergedInterval[] = []

  add(interval: MergedInterval): TimesByNow {
    const { startMs, endMs } = interval
    const latest = responseTimesOf([interval])
    this.#run.add(latest.counts)
    this.#lowerBoundFromMs = shorter(this.#lowerBoundFromMs, interval.lowerBoundFromMs)
    this.#recent = [...this.#recent, interval].filter(
      (recent) => recent.endMs > endMs - WINDOW_MS + WINDOW_SLACK_MS,
    )
    const window = responseTimesOf(this.#recent)
    const waits = this.#recent.map(({ lowerBoundFromMs }) => lowerBoundFromMs)
    return {
      latest,
      windowMs: endMs - (this.#recent[0]?.startMs ?? startMs),
      window: figuresOf(window, waits.reduce(shorter, null)),
      run: figuresOf(this.#run.sparse(), this.#lowerBoundFromMs),
      bars: barsOf(window),
    }
  }
}

const shorter = (a: number | null, b: number | null) => joinKnown(a, b, Math.min)
