/** The future of a demand beside what searches have found safe. What they differ by is its uncertainty, by bootstrap. */
import { mean } from 'simple-statistics'
import { Random } from '../../base/random.ts'
import type { DemandForecast } from '../../model/capacity.ts'
import { type CapacityForecast, type ForecastEstimate, SEARCHES_MIN } from '../../model/capacity-forecast.ts'
import { forecastOf, instancesFor } from './forecast.ts'

const RESAMPLES = 2_000
/** The same searches give the same interval. */
const SEED = 20_261_121
const TAIL = 0.05
const MONTHS_MIN = 12
const MONTHS_MAX = 60
/** The picture goes on for as long again as the reserve lasts. */
const BEYOND_END = 2

/** Finds what stored safe rates leave of a demand, until when, and the instances of each month. @param safes at least one */
export function demandFuture(
  safes: readonly number[],
  given: DemandForecast,
): Pick<CapacityForecast, 'safe' | 'headroom' | 'endsInMonths' | 'months'> {
  const safe = safeEstimate(safes)
  const { growth } = given
  // Less is safe: the reserve ends sooner, and more instances are needed.
  const along = (of: (safe: number) => number): ForecastEstimate => estimateOf(safe, of)
  const isGrowing = growth !== null && growth > 0
  const endsInMonths = isGrowing ? along((value) => forecastOf(value, given).monthsLeft ?? 0) : null
  const count = isGrowing ? monthsShown(endsInMonths?.high ?? endsInMonths?.value ?? 0) : 0
  const months = Array.from({ length: count + 1 }, (_, month) => {
    const demand = given.demand * (1 + (growth ?? 0)) ** month
    const instances =
      given.instances === null ? null : along((value) => instancesFor(value, { ...given, demand }) ?? 0)
    return { month, demand, instances }
  })
  return { safe, headroom: along((value) => forecastOf(value, given).headroom), endsInMonths, months }
}

function monthsShown(endsInMonths: number): number {
  return Math.min(MONTHS_MAX, Math.max(MONTHS_MIN, Math.ceil(BEYOND_END * endsInMonths)))
}

/** The geometric mean, and its interval over searches that are drawn again. */
function safeEstimate(safes: readonly number[]): ForecastEstimate {
  const logs = safes.map(Math.log)
  const value = Math.exp(mean(logs))
  if (logs.length < SEARCHES_MIN) return { value, low: null, high: null }
  const random = new Random(SEED, 'safe rates')
  const means = Array.from({ length: RESAMPLES }, () => mean(logs.map(() => random.pick(logs)))).sort(
    (a, b) => a - b,
  )
  const at = (p: number) => Math.exp(means[Math.round(p * (RESAMPLES - 1))] as number)
  return { value, low: at(TAIL), high: at(1 - TAIL) }
}

/** A figure that rises or falls with what is safe. */
function estimateOf({ value, low, high }: ForecastEstimate, of: (safe: number) => number): ForecastEstimate {
  if (low === null || high === null) return { value: of(value), low: null, high: null }
  const ends = [of(low), of(high)]
  return { value: of(value), low: Math.min(...ends), high: Math.max(...ends) }
}
