/**
 * Demand over time in closed form. With v(t) the demand and V(t) its integral from 0 (value x seconds):
 * the expected number of arrivals in [a, b] is V(b) - V(a), and arrival number n is due at V^-1(n). Times are ms, so
 * every integral carries 1/1000. All curves are 0 outside [0, durationMs).
 */
import { HarnessError, unreachable } from '../base/errors.ts'
import type { CurvePlan } from '../model/plan.ts'
import type { Curve } from '../ports/workload.ts'

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
  const sums = [0]
  for (let i = 1; i < points.length; i++) {
    const lengthMs = (times[i] as number) - (times[i - 1] as number)
    sums.push(
      (sums[i - 1] as number) +
        (((values[i] as number) + (values[i - 1] as number)) / 2) * (lengthMs / MS_PER_S),
    )
  }
  const segmentAt = (atMs: number) => lastIndexNotAbove(times, atMs, points.length - 2)
  const slope = (i: number) =>
    ((values[i + 1] as number) - (values[i] as number)) / ((times[i + 1] as number) - (times[i] as number))
  const cumulative = (atMs: number) => {
    const clampedMs = Math.min(durationMs, Math.max(0, atMs))
    const i = segmentAt(clampedMs)
    const d = clampedMs - (times[i] as number)
    return (sums[i] as number) + ((values[i] as number) * d + (slope(i) * d * d) / 2) / MS_PER_S
  }
  return {
    durationMs,
    peak: Math.max(...values),
    valueAt(atMs) {
      if (atMs < 0 || atMs >= durationMs) return 0
      const i = segmentAt(atMs)
      return (values[i] as number) + slope(i) * (atMs - (times[i] as number))
    },
    integral: (fromMs, toMs) => cumulative(toMs) - cumulative(fromMs),
    inverseIntegral(amount) {
      if (amount <= 0) return 0
      if (amount > (sums[sums.length - 1] as number)) return Number.POSITIVE_INFINITY
      const i = lastIndexBelow(sums, amount)
      const left = (amount - (sums[i] as number)) * MS_PER_S
      const start = values[i] as number
      const root = Math.sqrt(Math.max(0, start * start + 2 * slope(i) * left))
      return Math.min(times[i + 1] as number, (times[i] as number) + (2 * left) / (start + root))
    },
  }
}

/** Last segment of positive length that begins at or before an instant. */
function lastIndexNotAbove(times: readonly number[], atMs: number, last: number): number {
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((times[middle] as number) <= atMs) low = middle
    else high = middle - 1
  }
  // At the very end the last segment may be a jump of no length; the one before it holds the instant.
  while (low > 0 && times[low] === times[low + 1]) low--
  return low
}

/** The segment in which a rising sum crosses an amount. */
function lastIndexBelow(sums: readonly number[], amount: number): number {
  let low = 0
  let high = sums.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sums[middle] as number) < amount) low = middle
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
  return { ...curve, inverseIntegral: (amount) => invert(curve, amount) }
}

function sequence(parts: readonly Curve[]): Curve {
  require(parts.length > 0, 'a sequence needs at least one part')
  const starts = [0]
  const sums = [0]
  for (const part of parts) {
    starts.push((starts[starts.length - 1] as number) + part.durationMs)
    sums.push((sums[sums.length - 1] as number) + part.integral(0, part.durationMs))
  }
  const at = (atMs: number) => lastIndexNotAbove(starts, atMs, parts.length - 1)
  const cumulative = (atMs: number) => {
    const i = at(Math.max(0, atMs))
    return (sums[i] as number) + (parts[i] as Curve).integral(0, atMs - (starts[i] as number))
  }
  return {
    durationMs: starts[parts.length] as number,
    peak: Math.max(...parts.map((part) => part.peak)),
    valueAt: (atMs) =>
      atMs < 0 ? 0 : (parts[at(atMs)] as Curve).valueAt(atMs - (starts[at(atMs)] as number)),
    integral: (fromMs, toMs) => cumulative(toMs) - cumulative(fromMs),
    inverseIntegral(amount) {
      if (amount <= 0) return 0
      if (amount > (sums[parts.length] as number)) return Number.POSITIVE_INFINITY
      const i = lastIndexBelow(sums, amount)
      return (starts[i] as number) + (parts[i] as Curve).inverseIntegral(amount - (sums[i] as number))
    },
  }
}

/** Its peak is an upper bound of the sum, exact when the parts peak together; sampled for a tighter one. */
function sum(parts: readonly Curve[]): Curve {
  require(parts.length > 0, 'a sum needs at least one part')
  const durationMs = Math.max(...parts.map((part) => part.durationMs))
  const valueAt = (atMs: number) => parts.reduce((total, part) => total + part.valueAt(atMs), 0)
  const curve = {
    durationMs,
    valueAt,
    peak: sampledPeak(valueAt, durationMs),
    integral: (fromMs: number, toMs: number) =>
      parts.reduce((total, part) => total + part.integral(fromMs, toMs), 0),
  }
  return { ...curve, inverseIntegral: (amount) => invert(curve, amount) }
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
  return {
    durationMs: part.durationMs * time,
    peak: part.peak * value,
    valueAt: (atMs) => part.valueAt(atMs / time) * value,
    integral: (fromMs, toMs) => part.integral(fromMs / time, toMs / time) * factor,
    inverseIntegral: (amount) =>
      factor === 0 && amount > 0 ? Number.POSITIVE_INFINITY : part.inverseIntegral(amount / factor) * time,
  }
}

/** Where a monotone integral reaches an amount: Newton steps kept inside a shrinking bracket, to a billionth. */
function invert(curve: Pick<Curve, 'durationMs' | 'valueAt' | 'integral'>, amount: number): number {
  if (amount <= 0) return 0
  if (amount > curve.integral(0, curve.durationMs)) return Number.POSITIVE_INFINITY
  let low = 0
  let high = curve.durationMs
  let at = high / 2
  for (let step = 0; step < 200 && high - low > 1e-9 * curve.durationMs; step++) {
    const gap = curve.integral(0, at) - amount
    if (Math.abs(gap) < 1e-12 * amount) return at
    if (gap > 0) high = at
    else low = at
    const newton = at - (gap * MS_PER_S) / curve.valueAt(at)
    at = newton > low && newton < high ? newton : (low + high) / 2
  }
  return at
}
