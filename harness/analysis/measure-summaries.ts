/** The measures of a step in figures. */
import { ALL_MEASURES, type Measure, recordedPer } from '../model/measures.ts'
import { outsideMeasures } from '../model/plan/measure-schema.ts'
import type { MeasureSummary } from '../model/summary.ts'
import type { MeasuredView } from './measured-view.ts'

const NO_PERCENTILES = { mean: null, p50: null, p90: null, p95: null, p99: null, p99_9: null, max: null }

/** Returns the figures of each measure that has values in a step, by name. */
export function measuresOf(view: MeasuredView, step: string): Record<string, MeasureSummary> {
  return Object.fromEntries(
    [...ALL_MEASURES, ...outsideMeasures(view.plan.plugins)].flatMap((measure) => {
      const summary = summaryOf(view, measure, step)
      return summary === null ? [] : [[measure.name, summary] as const]
    }),
  )
}

function summaryOf(
  view: MeasuredView,
  { name, kind, unit }: Pick<Measure, 'name' | 'kind' | 'unit'>,
  step: string,
): MeasureSummary | null {
  const histogram = view.histogram(name, { step })
  if (histogram.count === 0) return null
  const per = recordedPer(unit)
  const total = view.sumUs(name, { step }) / per
  const at = (quantile: number) => histogram.quantileUs(quantile) / per
  return {
    unit,
    count: histogram.count,
    total,
    perSec: view.measuredS > 0 ? total / view.measuredS : 0,
    ...(kind === 'counter'
      ? NO_PERCENTILES
      : {
          mean: total / histogram.count,
          p50: at(0.5),
          p90: at(0.9),
          p95: at(0.95),
          p99: at(0.99),
          p99_9: at(0.999),
          max: histogram.maxUs / per,
        }),
  }
}
