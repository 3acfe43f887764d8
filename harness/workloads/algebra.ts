/** Curves as authors write them: durations with units, rates as `'500/s'`, agents as plain counts. */
import { parseDurationMs, parseRatePerSec } from '../base/units.ts'
import type { CurvePlan } from '../model/workload-plan.ts'

/** Arrivals per second (`'500/s'`) or a number of agents. */
export type Demanded = string | number

function demand(value: Demanded): number {
  return typeof value === 'number' ? value : parseRatePerSec(value)
}

export function constant(value: Demanded, duration: string): CurvePlan {
  return { kind: 'constant', value: demand(value), durationMs: parseDurationMs(duration) }
}

export function ramp(from: Demanded, to: Demanded, duration: string): CurvePlan {
  return { kind: 'ramp', from: demand(from), to: demand(to), durationMs: parseDurationMs(duration) }
}

export function steps(values: readonly Demanded[], stepFor: string): CurvePlan {
  return { kind: 'steps', values: values.map(demand), stepMs: parseDurationMs(stepFor) }
}

/** `base` for `duration`, but from `at` a rise of `ramp` to `peak`, held for `hold`, and a fall of `ramp`. */
export function spike(shape: {
  readonly base: Demanded
  readonly peak: Demanded
  readonly at: string
  readonly ramp: string
  readonly hold: string
  readonly duration: string
}): CurvePlan {
  return {
    kind: 'spike',
    base: demand(shape.base),
    peak: demand(shape.peak),
    atMs: parseDurationMs(shape.at),
    rampMs: parseDurationMs(shape.ramp),
    holdMs: parseDurationMs(shape.hold),
    durationMs: parseDurationMs(shape.duration),
  }
}

export function sine(shape: {
  readonly mean: Demanded
  readonly amplitude: Demanded
  readonly period: string
  readonly shift?: string
  readonly duration: string
}): CurvePlan {
  return {
    kind: 'sine',
    mean: demand(shape.mean),
    amplitude: demand(shape.amplitude),
    periodMs: parseDurationMs(shape.period),
    shiftMs: parseDurationMs(shape.shift ?? '0s'),
    durationMs: parseDurationMs(shape.duration),
  }
}

/** Straight lines through [instant, demand]; the first instant is `'0s'`. */
export function points(through: readonly (readonly [string, Demanded])[]): CurvePlan {
  return {
    kind: 'points',
    points: through.map(([at, value]) => [parseDurationMs(at), demand(value)] as const),
  }
}

/** One after the other. */
export function sequence(...parts: readonly CurvePlan[]): CurvePlan {
  return { kind: 'sequence', parts }
}

/** All at once. */
export function sum(...parts: readonly CurvePlan[]): CurvePlan {
  return { kind: 'sum', parts }
}

/** `value` multiplies the demand, `time` the duration (0.1 = ten times faster). */
export function scale(
  part: CurvePlan,
  factors: { readonly value?: number; readonly time?: number },
): CurvePlan {
  return { kind: 'scale', value: factors.value ?? 1, time: factors.time ?? 1, part }
}
