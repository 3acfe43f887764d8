/** A metric over the remembered runs, or searches for a capacity, of a scenario. */
import { valueAt } from '../../analysis/comparison/metric-scale.ts'
import { type Trend, trendOf } from '../../analysis/trend.ts'
import { HarnessError } from '../../base/errors.ts'
import { isSearchMetric, type TrendMetric } from '../../model/history.ts'
import { withHistory } from './history.ts'

export interface TrendRequest {
  readonly scenario: string
  readonly metric: TrendMetric
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

/** @throws HarnessError RECORD_NOT_FOUND without a valid run or search, USAGE, HISTORY_UNUSABLE */
export async function readTrend(
  { scenario, metric, step, last, store }: TrendRequest,
  cwd: string,
): Promise<ReadTrend> {
  if (step !== null && isSearchMetric(metric))
    throw new HarnessError('USAGE', `${metric} is of the whole system, and no step has one`, {
      hint: 'Leave out --step.',
    })
  const points = await withHistory(store, cwd, (history) =>
    history.trend(scenario, metric, step ?? undefined, last),
  )
  if (points.length === 0)
    throw new HarnessError(
      'RECORD_NOT_FOUND',
      isSearchMetric(metric)
        ? `the history has no confirmed search for the ${metric} of ${scenario}`
        : `the history has no valid run of ${scenario}${step === null ? '' : ` with a step ${step}`}`,
      { hint: 'List what is stored with: proofload history list.' },
    )
  return { trend: trendOf(metric, points), values: points.map(({ y }) => valueAt(metric, y)) }
}
