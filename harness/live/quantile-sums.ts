/** Histograms of the measured run so far for objectives on percentiles: each second is added once, and the sum is only read. */
import type { MeasuredView } from '../analysis/measured-view.ts'
import { isMostlyErrors } from '../analysis/metric-values.ts'
import { metricOf } from '../analysis/metrics/catalogue.ts'
import { DenseHistogram } from '../measure/dense-histogram.ts'
import type { CellMetric } from '../model/interval-snapshot.ts'
import { recordedPer } from '../model/measures.ts'
import { quantileOf } from '../model/percentile.ts'
import type { ObjectivePlan } from '../model/plan.ts'

export class QuantileSums {
  readonly #sums = new Map<
    string,
    { readonly objective: ObjectivePlan; readonly histogram: DenseHistogram }
  >()

  constructor(objectives: readonly ObjectivePlan[]) {
    for (const objective of objectives)
      if (isQuantile(objective))
        this.#sums.set(keyOf(objective), { objective, histogram: new DenseHistogram() })
  }

  /** @param single a view of one more second */
  add(single: MeasuredView): void {
    for (const { objective, histogram } of this.#sums.values())
      histogram.add(single.histogram(objective.metric as CellMetric, objective.labels).counts)
  }

  /** The percentile by now, in the unit of its metric; null where nothing comparable was measured, undefined for an objective on something else. */
  valueOf(objective: ObjectivePlan, whole: MeasuredView): number | null | undefined {
    const quantile = quantileOf(objective.fn)
    const sum = this.#sums.get(keyOf(objective))
    if (quantile === undefined || sum === undefined) return undefined
    if (sum.histogram.count === 0 || isMostlyErrors(whole, objective)) return null
    return sum.histogram.sparse().quantileUs(quantile) / recordedPer(metricOf(objective).unit)
  }
}

function isQuantile(objective: ObjectivePlan): boolean {
  return quantileOf(objective.fn) !== undefined && metricOf(objective).value.kind === 'distribution'
}

/** Objectives on several percentiles of the same requests share a sum. */
function keyOf({ metric, labels }: ObjectivePlan): string {
  return JSON.stringify([metric, labels])
}
