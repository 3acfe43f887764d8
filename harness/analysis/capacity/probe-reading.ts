/** A measured load as a probe: how it stands to each limit. */
import { mean, sampleStandardDeviation, sum } from 'simple-statistics'
import type { LimitReading } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import { designEffect, type Exceedances } from '../design-effect.ts'
import { exceedanceSeries } from '../exceedance-series.ts'
import { type IntervalView, intervalViews } from '../interval-view.ts'
import { metricValue } from '../metric-values.ts'
import type { RecordView } from '../record-view.ts'
import { shareClaimOf } from '../share-claim.ts'
import { differ } from './probe-pairs.ts'

/** Share of a probe that is left out when it differs from the rest. */
const SETTLING_SHARE = 0.25
/** Intervals that a quarter needs to be told from the rest. */
const SETTLING_INTERVALS = 8
const BATCHES_MAX = 10
/** Without a series nothing tells how far off a value may be. */
const SD_UNKNOWN = 0.1

export interface ProbeReading {
  readonly reading: LimitReading | null
  /** The first quarter differed from the rest, and was left out. */
  readonly isSettling: boolean
}

/** @param objectives that are limits, in their order */
export function probeReadings(view: RecordView, objectives: readonly ObjectivePlan[]): ProbeReading[] {
  const intervals = intervalViews(view, objectives)
  return objectives.map((objective) => {
    const claim = shareClaimOf(view, objective)
    if (claim === null) return { reading: valueReading(view, objective, intervals), isSettling: false }
    if (claim.n === 0) return { reading: null, isSettling: false }
    const series = exceedanceSeries(intervals, objective, claim) ?? [{ over: claim.k, total: claim.n }]
    return settled(series)
  })
}

function settled(series: readonly Exceedances[]): ProbeReading {
  const from = Math.floor(SETTLING_SHARE * series.length)
  const whole = shareReading(series)
  if (series.length < SETTLING_INTERVALS) return { reading: whole, isSettling: false }
  const rest = shareReading(series.slice(from))
  const first = shareReading(series.slice(0, from))
  const isSettling = differ(first, rest)
  return { reading: isSettling ? rest : whole, isSettling }
}

function shareReading(series: readonly Exceedances[]): Extract<LimitReading, { kind: 'share' }> {
  const n = sum(series.map(({ total }) => total))
  return {
    kind: 'share',
    k: sum(series.map(({ over }) => over)),
    n,
    designEffect: Math.max(1, Math.min(designEffect(series), n)),
  }
}

function valueReading(
  view: RecordView,
  objective: ObjectivePlan,
  intervals: readonly IntervalView[],
): LimitReading | null {
  const observed = metricValue(view, objective)
  if (observed === null || observed <= 0 || objective.bound <= 0) return null
  const logs = intervals.flatMap((interval) => {
    const value = metricValue(interval.view, objective)
    return value === null || value <= 0 ? [] : [Math.log(value)]
  })
  return { kind: 'value', y: Math.log(observed / objective.bound), sd: sdOf(logs) }
}

/** The standard error of a mean, by batches of neighbours. */
function sdOf(logs: readonly number[]): number {
  const count = Math.min(BATCHES_MAX, Math.floor(logs.length / 2))
  if (count < 2) return SD_UNKNOWN
  const batches = Array.from({ length: count }, (_, i) =>
    mean(logs.slice(Math.floor((i * logs.length) / count), Math.floor(((i + 1) * logs.length) / count))),
  )
  return sampleStandardDeviation(batches) / Math.sqrt(count)
}
