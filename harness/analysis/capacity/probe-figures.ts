/** Figures of all probes together, each with its definition (STATS section 12). */
import type { CapacityAnswer, CapacityControl, CapacityProbe } from '../../model/capacity.ts'
import { scalabilityOf } from './load-levels.ts'

/** Less than this share of what was offered is less than all of it. */
const ACHIEVED_MIN = 0.98
/** Half the width of a 95 % interval of a count, in its root. */
const DEVIATIONS = 1.96

const measured = (probes: readonly CapacityProbe[]) =>
  probes.filter(({ ended, seconds }) => (ended === 'whole' || ended === 'early') && seconds > 0)

/** The lowest rate that was offered of which less than 98 % was achieved, beyond its interval. */
export function saturationOf(
  probes: readonly CapacityProbe[],
  by: CapacityControl,
): Pick<CapacityAnswer, 'saturation' | 'largest'> {
  const all = measured(probes)
  const saturated = all.filter(({ x, seconds, achievedPerSec, requestsPerStart }) => {
    const offered = x * (requestsPerStart ?? 1)
    const margin = (DEVIATIONS * Math.sqrt(achievedPerSec * seconds)) / seconds
    return achievedPerSec + margin < ACHIEVED_MIN * offered
  })
  return {
    // Agents offer no rate.
    saturation: by === 'agents' || saturated.length === 0 ? null : Math.min(...saturated.map(({ x }) => x)),
    largest: Math.max(0, ...all.map(({ x }) => x)),
  }
}

/** The x with the most throughput for its response time. */
export function kneeOf(probes: readonly CapacityProbe[]): number | null {
  const powers = measured(probes).flatMap(({ x, achievedPerSec, meanMs }) =>
    meanMs === null || meanMs <= 0 ? [] : [{ x, power: achievedPerSec / meanMs }],
  )
  return powers.sort((a, b) => b.power - a.power)[0]?.x ?? null
}

/** The Universal Scalability Law over the mean numbers in flight. */
export function scalabilityLaw(probes: readonly CapacityProbe[]): CapacityAnswer['scalability'] {
  const points = measured(probes)
    .filter(({ meanInFlight, achievedPerSec }) => meanInFlight > 0 && achievedPerSec > 0)
    .map(({ meanInFlight, achievedPerSec }) => ({ load: meanInFlight, ratePerSec: achievedPerSec }))
  const { fit, peak } = scalabilityOf(points)
  if (fit === null) return null
  const { lambda, alpha, beta } = fit
  const isStated = peak.kind === 'peak'
  return {
    lambda,
    alpha,
    beta,
    peakPerSec: isStated ? peak.ratePerSec : null,
    peakInFlight: isStated ? peak.agents : null,
  }
}

/** The longest time that the service took after a probe. */
export function recoveryOf(probes: readonly CapacityProbe[]): CapacityAnswer['recovery'] {
  const all = probes.flatMap(({ recoveredS }, i) => {
    const before = probes[i - 1]
    return recoveredS === null || before === undefined ? [] : [{ seconds: recoveredS, after: before.x }]
  })
  return all.sort((a, b) => b.seconds - a.seconds)[0] ?? null
}

/** The component whose share of the service time grew most between half of the capacity and all of it. */
export function culpritOf(
  probes: readonly CapacityProbe[],
  capacity: number | null,
): CapacityAnswer['culprit'] {
  const all = measured(probes)
  const nearest = (x: number) =>
    [...all].sort((a, b) => Math.abs(Math.log(a.x / x)) - Math.abs(Math.log(b.x / x)))[0]
  if (capacity === null) return null
  const [half, full] = [nearest(capacity / 2), nearest(capacity)]
  if (half === undefined || full === undefined) return null
  const before = new Map(half.components.map(({ name, ratio }) => [name, ratio]))
  const [most] = full.components
    .map((component) => ({ ...component, growth: component.ratio - (before.get(component.name) ?? 0) }))
    .sort((a, b) => b.growth - a.growth)
  return most === undefined ? null : { name: most.name, ratio: most.ratio }
}
