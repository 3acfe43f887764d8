/** A metric over the remembered runs of a scenario. */
import { valueAt } from '../../analysis/comparison/metric-scale.ts'
import { type Trend, trendOf } from '../../analysis/trend.ts'
import { HarnessError } from '../../base/errors.ts'
import type { ComparedMetric } from '../../model/run-summary.ts'
import { withHistory } from './history.ts'

export interface TrendRequest {
  readonly scenario: string
  readonly metric: ComparedMetric
  /** Null: the whole run. */
  readonly step: string | null
  /** Runs to look at, of the load of the newest. */
  readonly last: number
  /** History: a file, or `postgres://...`. */
  readonly store: string
}

export interface ReadTrend {
  readonly trend: Trend
  /** The value of each point, in the unit of the metric. */
  readonly values: readonly ReturnType<typeof valueAt>[]
}

/** @throws HarnessError RECORD_NOT_FOUND without a valid run, HISTORY_UNUSABLE */
export async function readTrend(
  { scenario, metric, step, last, store }: TrendRequest,
  cwd: string,
): Promise<ReadTrend> {
  const points = await withHistory(store, cwd, (history) =>
    history.trend(scenario, metric, step ?? undefined, last),
  )
  if (points.length === 0)
    throw new HarnessError(
      'RECORD_NOT_FOUND',
      `the history has no valid run of ${scenario}${step === null ? '' : ` with a step ${step}`}`,
      {
        hint: 'List the stored runs with: proofload history list.',
      },
    )
  return { trend: trendOf(metric, points), values: points.map(({ y }) => valueAt(metric, y)) }
}
