/** The service times that one worker has measured: a merged percentile hides that one of them has another way to the target. */
import { DenseHistogram } from '../../measure/dense-histogram.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import { isServed } from '../../model/outcome.ts'
import type { RunRecord } from '../../model/run-record.ts'

export class HostTimes {
  readonly #measuredPhases: ReadonlySet<string>
  readonly #times = new DenseHistogram()

  constructor(measuredPhases: ReadonlySet<string>) {
    this.#measuredPhases = measuredPhases
  }

  add({ cells }: Pick<IntervalSnapshot, 'cells'>): void {
    for (const { key, counts } of cells)
      if (key.metric === 'service_time' && isServed(key.outcome) && this.#measuredPhases.has(key.phase))
        this.#times.add(counts)
  }

  /** Null: it has measured none. */
  own(): RunRecord['hosts'][number]['own'] {
    if (this.#times.count === 0) return null
    const times = this.#times.sparse()
    const atMs = (quantile: number) => times.quantileUs(quantile) / 1000
    return { requests: this.#times.count, serviceP50Ms: atMs(0.5), serviceP99Ms: atMs(0.99) }
  }
}
