/** A search for a capacity in the tables of the history: what only runs have is empty. */
import type { HistorySearch, SearchMetric } from '../../model/history.ts'
import type { HistoryTables } from './tables.ts'

/** Standard deviations between the median of a normal distribution and its 95 % quantile. */
const DEVIATIONS_95 = 1.645

export function searchDocuments({ by, requestsPerStart, answer }: HistorySearch) {
  return {
    doubtful: 0,
    summaries: '{}',
    verdict: JSON.stringify({ by, requestsPerStart, answer }),
    rollback: null,
    recovery_ms: null,
    merged: '{}',
  }
}

/** Larger is worse, as of every metric: -ln of the load. */
export function searchMetrics({ id, by, answer }: HistorySearch): HistoryTables['metrics'][] {
  const { capacity, safe } = answer
  const sd = capacity === null ? 0 : Math.log(capacity.high / capacity.low) / (2 * DEVIATIONS_95)
  const row = (metric: SearchMetric, load: number | null | undefined) =>
    load === null || load === undefined
      ? []
      : [{ run_id: id, step: '', metric, y: -Math.log(load), w: sd ** 2 }]
  return by === 'rate'
    ? [...row('capacity', capacity?.median), ...row('safe_rate', safe)]
    : [...row('capacity_agents', capacity?.median), ...row('safe_agents', safe)]
}
