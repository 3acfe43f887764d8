/**
 * Demand over time in closed form. With v(t) the demand and V(t) its integral from 0 (value x seconds):
 * the expected number of arrivals in [a, b] is V(b) - V(a), and arrival number n is due at V^-1(n). Times are ms, so
 * every integral carries 1/1000. All curves are 0 outside [0, durationMs).
 */
import { HarnessError, unreachable } from '../base/errors.ts'
import type { CurvePlan } from '../model/plan.ts'
import type { Curve } from '../ports/workload.ts'
import { invertIntegral } from './invert-integral.ts'

const MS_PER_S = 1000

/** @throws HarnessError SCENARIO_INVALID for negative demand, lengths that are not positive, points that do not rise. */
export function compileCurve(plan: CurvePlan): Curve {
  switch (plan.kind) {
    case 'constant':
      return piecewise([
        [0, plan.value],
        [plan.durationMs, plan.value],
      ])
    case 'ramp':
      return piecewise([
        [0, plan.from],
        [plan.durationMs, plan.to],
      ])
    case 'steps':
      return piecewise(
        plan.values.flatMap((value, i) => [
          [i * plan.stepMs, value] as const,
          [(i + 1) * plan.stepMs, value] as const,
        ]),
      )
    case 'spike':
      return piecewise(spikePoints(plan))
    case 'points':
      return piecewise(plan.points)
    case 'sine':
      return sine(plan)
    case 'sequence':
      return sequence(plan.parts.map(compileCurve))
    case 'sum':
      return sum(plan.parts.map(compileCurve))
    case 'scale':
      return scaled(compileCurve(plan.part), plan.value, plan.time)
    default:
      return unreachable(plan)
  }
}

function require(condition: boolean, message: string): void {
  if (!condition)
    throw new HarnessError('SCENARIO_INVALID', `workload curve: ${message}`, {
      hint: 'See `proofload schema` for the curves.',
    })
}

function spikePoints(plan: Extract<CurvePlan, { kind: 'spike' }>): [number, number][] {
  const { base, peak, atMs, rampMs, holdMs, durationMs } = plan
  const topMs = atMs + rampMs
  require(topMs + holdMs + rampMs <= durationMs, 'the spike does not fit into its duration')
  return [
    [0, base],
    [atMs, base],
    [topMs, peak],
    [topMs + holdMs, peak],
    [topMs + holdMs + rampMs, base],
    [durationMs, base],
  ]
}

/**
 * Straight lines through (t, v) points; equal instants make a jump. On a line from (t0, v0) with slope s per ms,
 * V(t) = V0 + (v0 d + s d^2 / 2) / 1000 with d = t - t0, and the inverse for an amount a above V0 is the stable root
 * d = 2 A / (v0 + sqrt(v0^2 + 2 s A)), A = 1000 a.
 */
function piecewise(points: readonly (readonly [number, number])[]): Curve {
  const times = points.map(([atMs]) => atMs)
  const values = points.map(([, value]) => value)
  const durationMs = times[times.length - 1] ?? 0
  require(times[0] === 0 && durationMs > 0, 'it must start at 0 and have a duration above 0')
  require(times.every((atMs, i) => i === 0 || atMs >= (times[i - 1] as number)), 'its instants must rise')
  require(values.every((value) => Number.isFinite(value) && value >= 0), 'demand must not be negative')
  const slope = (i: number) => {
    const lengthMs = (times[i + 1] as number) - (times[i] as number)
    return lengthMs === 0 ? 0 : ((values[i + 1] as number) - (values[i] as number)) / lengthMs
  }
  /** Integral over the first `d` ms of segment i. */
  const area = (i: number, d: number) => ((values[i] as number) * d + (slope(i) * d * d) / 2) / MS_PER_S
  const sums = [0]
  for (let i = 0; i + 1 < points.length; i++)
    sums.push((sums[i] as number) + area(i, (times[i + 1] as number) - (times[i] as number)))
  const segmentAt = (atMs: number) => segmentOf(times, atMs)
  const cumulative = (atMs: number) => {
    const clampedMs = Math.min(durationMs, Math.max(0, atMs))
    const i = segmentAt(clampedMs)
    return (sums[i] as number) + area(i, clampedMs - (times[i] as number))
  }
  return {
    durationMs,
    peak: largestOf(values),
    valueAt(atMs) {
      if (atMs < 0 || atMs >= durationMs) return 0
      const i = segmentAt(atMs)
      return (values[i] as number) + slope(i) * (atMs - (times[i] as number))
    },
    integral: (fromMs, toMs) => cumulative(toMs) - cumulative(fromMs),
    inverseIntegral(amount) {
      if (amount > (sums[sums.length - 1] as number)) return Number.POSITIVE_INFINITY
      const i = lastIndexNotAbove(sums, amount, sums.length - 2)
      const left = Math.max(0, amount - (sums[i] as number)) * MS_PER_S
      if (left === 0) return times[i] as number
      const start = values[i] as number
      const root = Math.sqrt(Math.max(0, start * start + 2 * slope(i) * left))
      return Math.min(times[i + 1] as number, (times[i] as number) + (2 * left) / (start + root))
    },
  }
}

/** The largest of any number of values, none of which is below 0. */
function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** The segment that holds an instant. */
function segmentOf(times: readonly number[], atMs: number): number {
  let i = lastIndexNotAbove(times, atMs, times.length - 2)
  // At the very end the last segment may be a jump of no length; the one before it holds the instant.
  while (i > 0 && times[i] === times[i + 1]) i--
  return i
}

/** Last index up to `last` whose value is at or below a bound; values rise. */
function lastIndexNotAbove(values: readonly number[], bound: number, last: number): number {
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((values[middle] as number) <= bound) low = middle
    else high = middle - 1
  }
  return low
}

/** V(t) = (m t + a P / 2 pi (cos(2 pi h / P) - cos(2 pi (t + h) / P))) / 1000; the inverse by bracketing. */
function sine(plan: Extract<CurvePlan, { kind: 'sine' }>): Curve {
  const { mean, amplitude, periodMs, shiftMs, durationMs } = plan
  require(durationMs > 0 && periodMs > 0, 'sine needs a duration and a period above 0')
  require(amplitude >= 0 &&
    amplitude <= mean, 'the amplitude of a sine must lie between 0 and its mean, or demand would be negative')
  const w = (2 * Math.PI) / periodMs
  const cumulative = (atMs: number) => {
    const t = Math.min(durationMs, Math.max(0, atMs))
    return (mean * t + (amplitude / w) * (Math.cos(w * shiftMs) - Math.cos(w * (t + shiftMs)))) / MS_PER_S
  }
  const curve = {
    durationMs,
    peak: mean + amplitude,
    valueAt: (atMs: number) =>
      atMs < 0 || atMs >= durationMs ? 0 : mean + amplitude * Math.sin(w * (atMs + shiftMs)),
    integral: (fromMs: number, toMs: number) => cumulative(toMs) - cumulative(fromMs),
  }
  return { ...curve, inverseIntegral: (amount) => (amount <= 0 ? 0 : invertIntegral(curve, amount)) }
}

function sequence(parts: readonly Curve[]): Curve {
  require(parts.length > 0, 'a sequence needs at least one part')
  const starts = [0]
  const sums = [0]
  for (const part of parts) {
    starts.push((starts[starts.length - 1] as number) + part.durationMs)
    sums.push((sums[sums.length - 1] as number) + part.integral(0, part.durationMs))
  }
  const at = (atMs: number) => segmentOf(starts, atMs)
  const cumulative = (atMs: number) => {
    const i = at(Math.max(0, atMs))
    return (sums[i] as number) + (parts[i] as Curve).integral(0, atMs - (starts[i] as number))
  }
  return {
    durationMs: starts[parts.length] as number,
    peak: largestOf(parts.map((part) => part.peak)),
    valueAt: (atMs) =>
      atMs < 0 ? 0 : (parts[at(atMs)] as Curve).valueAt(atMs - (starts[at(atMs)] as number)),
    integral: (fromMs, toMs) => cumulative(toMs) - cumulative(fromMs),
    inverseIntegral(amount) {
      if (amount > (sums[parts.length] as number)) return Number.POSITIVE_INFINITY
      const i = lastIndexNotAbove(sums, amount, parts.length - 1)
      const part = parts[i] as Curve
      // The difference of two sums may exceed the part's own total by a rounding error.
      const left = Math.min(amount - (sums[i] as number), part.integral(0, part.durationMs))
      return (starts[i] as number) + part.inverseIntegral(left)
    },
  }
}

/** Its peak is the highest of 10,000 samples; a true peak between two of them may be a trifle higher. */
function sum(parts: readonly Curve[]): Curve {
  require(parts.length > 0, 'a sum needs at least one part')
  const durationMs = largestOf(parts.map((part) => part.durationMs))
  const valueAt = (atMs: number) => parts.reduce((total, part) => total + part.valueAt(atMs), 0)
  const curve = {
    durationMs,
    valueAt,
    peak: sampledPeak(valueAt, durationMs),
    integral: (fromMs: number, toMs: number) =>
      parts.reduce((total, part) => total + part.integral(fromMs, toMs), 0),
  }
  const demanding = parts.filter((part) => part.integral(0, part.durationMs) > 0)
  const firstMs = Math.min(durationMs, ...demanding.map((part) => part.inverseIntegral(0)))
  return { ...curve, inverseIntegral: (amount) => (amount <= 0 ? firstMs : invertIntegral(curve, amount)) }
}

const PEAK_SAMPLES = 10_000

function sampledPeak(valueAt: (atMs: number) => number, durationMs: number): number {
  let peak = 0
  for (let i = 0; i < PEAK_SAMPLES; i++) peak = Math.max(peak, valueAt((durationMs * i) / PEAK_SAMPLES))
  return peak
}

function scaled(part: Curve, value: number, time: number): Curve {
  require(value >= 0 && time > 0, 'scale needs a value of at least 0 and a time factor above 0')
  const factor = value * time
  const partTotal = part.integral(0, part.durationMs)
  return {
    durationMs: part.durationMs * time,
    peak: part.peak * value,
    valueAt: (atMs) => part.valueAt(atMs / time) * value,
    integral: (fromMs, toMs) => part.integral(fromMs / time, toMs / time) * factor,
    inverseIntegral(amount) {
      if (amount > partTotal * factor) return Number.POSITIVE_INFINITY
      return part.inverseIntegral(factor === 0 ? 0 : Math.min(partTotal, amount / factor)) * time
    },
  }
}
