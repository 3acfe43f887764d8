/** Demand beside what is safe: what is left, until when, and with how many instances. */
import type { CapacityAnswer, DemandForecast } from '../../model/capacity.ts'

export function forecastOf(safe: number, given: DemandForecast): NonNullable<CapacityAnswer['forecast']> {
  const { demand, growth, reserve } = given
  const usable = safe * (1 - reserve)
  const months = growth === null || growth <= 0 ? null : Math.log(usable / demand) / Math.log1p(growth)
  return {
    ...given,
    headroom: 1 - demand / safe,
    monthsLeft: months === null ? null : Math.max(0, months),
    instancesNeeded: instancesFor(safe, given),
  }
}

/** Returns the instances that serve a demand with the reserve and one spare, if the service scales linearly; null without a number of them. */
export function instancesFor(
  safe: number,
  { demand, reserve, instances }: Pick<DemandForecast, 'demand' | 'reserve' | 'instances'>,
): number | null {
  return instances === null ? null : Math.ceil(demand / ((safe * (1 - reserve)) / instances)) + 1
}
