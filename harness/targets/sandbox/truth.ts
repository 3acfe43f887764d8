import { DenseHistogram } from '../../measure/dense-histogram.ts'
import type { OperationClass } from './catalogue.ts'

/**
 * The class of a request at the sandbox; `component` is for one part by itself, `chat` is for its language model, and `page` is everything that is no operation: `/`,
 * `/health`, paths it does not know.
 */
export type RequestClass = OperationClass | 'escalation' | 'batch' | 'component' | 'chat' | 'page'

/** The reason for an incomplete answer: refused or reset on purpose, or the client left first. */
export type UnansweredReason = 'refused' | 'reset' | 'aborted'

/** One part of an operation's time, as measured. */
export interface ComponentTime {
  readonly name: string
  readonly durationMs: number
}

/** One histogram in figures; `hdr` is the whole of it, HDR V2 compressed base64, microseconds. */
export interface TruthSummary {
  readonly count: number
  readonly meanUs: number
  readonly p50Us: number
  readonly p95Us: number
  readonly p99Us: number
  readonly maxUs: number
  readonly hdr: string
}

/** The body of `GET /__truth`. */
export interface TruthDocument {
  readonly total: TruthSummary
  readonly classes: Readonly<Record<string, TruthSummary>>
  readonly components: Readonly<Record<string, TruthSummary>>
  /** Whole answers by status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly unanswered: Readonly<Record<UnansweredReason, number>>
}

/**
 * The exact histogram of what was served: from the request's headers parsed to the answer's last byte handed to the
 * system. It cannot see the time a request waited in the kernel or behind a stalled loop before it was read.
 */
export class Truth {
  #total = new DenseHistogram()
  #classes = new Map<string, DenseHistogram>()
  #components = new Map<string, DenseHistogram>()
  #statuses: Record<string, number> = {}
  #unanswered = { refused: 0, reset: 0, aborted: 0 }

  /** Counts one whole answer. */
  recordAnswer(requestClass: RequestClass, status: number, servedUs: number): void {
    this.#total.record(servedUs)
    histogramIn(this.#classes, requestClass).record(servedUs)
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
  }

  /** Counts the parts of one operation. */
  recordComponents(times: readonly ComponentTime[]): void {
    for (const time of times) histogramIn(this.#components, time.name).record(time.durationMs * 1000)
  }

  /** Counts a request that got no whole answer. */
  recordUnanswered(reason: UnansweredReason): void {
    this.#unanswered[reason]++
  }

  /** Forgets everything. */
  reset(): void {
    this.#total = new DenseHistogram()
    this.#classes = new Map()
    this.#components = new Map()
    this.#statuses = {}
    this.#unanswered = { refused: 0, reset: 0, aborted: 0 }
  }

  toDocument(): TruthDocument {
    return {
      total: summarize(this.#total),
      classes: summarizeAll(this.#classes),
      components: summarizeAll(this.#components),
      statuses: { ...this.#statuses },
      unanswered: { ...this.#unanswered },
    }
  }
}

function histogramIn(histograms: Map<string, DenseHistogram>, name: string): DenseHistogram {
  let histogram = histograms.get(name)
  if (histogram === undefined) {
    histogram = new DenseHistogram()
    histograms.set(name, histogram)
  }
  return histogram
}

function summarize(dense: DenseHistogram): TruthSummary {
  const histogram = dense.sparse()
  return {
    count: histogram.count,
    meanUs: histogram.sumUs / Math.max(1, histogram.count),
    p50Us: histogram.quantileUs(0.5),
    p95Us: histogram.quantileUs(0.95),
    p99Us: histogram.quantileUs(0.99),
    maxUs: histogram.maxUs,
    hdr: histogram.encode(),
  }
}

function summarizeAll(histograms: ReadonlyMap<string, DenseHistogram>): Record<string, TruthSummary> {
  return Object.fromEntries([...histograms].map(([name, histogram]) => [name, summarize(histogram)]))
}
