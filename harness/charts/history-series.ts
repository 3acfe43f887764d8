/** The run over time that the history keeps: rates, errors and percentiles. */
import { sum } from 'simple-statistics'
import { inGroups } from '../base/in-groups.ts'
import { SparseHistogram } from '../measure/sparse-histogram.ts'
import type { LineChart } from '../model/chart.ts'
import type { HistoryRun } from '../model/history.ts'
import type { RunPoint } from '../model/run-point.ts'
import type { WholeInterval } from '../model/run-summary.ts'
import { fourDigits } from './four-digits.ts'
import { overTimeCharts } from './over-time.ts'
import { percentilesOf } from './percentiles.ts'
import { emptyPoint } from './run-point.ts'

/** Columns of a picture: neighbours of more intervals are put together. */
const COLUMNS_MAX = 300
/** Intervals whose histograms are decoded; of more no percentiles are made. */
const DECODED_MAX = 4_000

/** The charts of what the history knows. */
export function historyCharts({ intervals }: Pick<HistoryRun, 'intervals'>): LineChart[] {
  const each = Math.max(1, Math.ceil(intervals.length / COLUMNS_MAX))
  const hasPercentiles = intervals.length <= DECODED_MAX
  const points = inGroups(intervals, each).map((group) => pointOf(group, hasPercentiles))
  return overTimeCharts({ points, isOpen: null, bounds: [], marks: [] })
}

/** @param group at least one */
function pointOf(group: readonly WholeInterval[], hasPercentiles: boolean): RunPoint {
  const { startMs } = group[0] as WholeInterval
  const { endMs } = group.at(-1) as WholeInterval
  const seconds = Math.max(0.001, (endMs - startMs) / 1000)
  const perSec = (pick: (interval: WholeInterval) => number) => fourDigits(sum(group.map(pick)) / seconds)
  return {
    ...emptyPoint(startMs, endMs),
    requestsPerSec: perSec(({ requests }) => requests),
    errorsPerSec: { 'all kinds': perSec(({ errors }) => errors) },
    percentilesMs: hasPercentiles
      ? percentilesOf(SparseHistogram.decodeAll(group.map(({ hdr }) => hdr)))
      : {},
  }
}
