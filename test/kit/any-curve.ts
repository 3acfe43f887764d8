import fc from 'fast-check'
import type { CurvePlan } from '../../harness/model/workload-plan.ts'

const value = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1000, noNaN: true }))
const lengthMs = fc.double({ min: 10, max: 100_000, noNaN: true })

const constant = fc.record({ kind: fc.constant('constant' as const), value, durationMs: lengthMs })
const ramp = fc.record({ kind: fc.constant('ramp' as const), from: value, to: value, durationMs: lengthMs })
const steps = fc.record({
  kind: fc.constant('steps' as const),
  values: fc.array(value, { minLength: 1, maxLength: 6 }),
  stepMs: lengthMs,
})
const spike = fc
  .record({ base: value, peak: value, atMs: lengthMs, rampMs: lengthMs, holdMs: lengthMs, restMs: lengthMs })
  .map(({ restMs, ...shape }) => ({
    kind: 'spike' as const,
    ...shape,
    durationMs: shape.atMs + shape.rampMs + shape.holdMs + shape.rampMs + restMs,
  }))
const sine = fc
  .record({
    mean: value,
    depth: fc.double({ min: 0, max: 1, noNaN: true }),
    periods: fc.double({ min: 0.3, max: 5, noNaN: true }),
    shift: fc.double({ min: -1, max: 1, noNaN: true }),
    durationMs: lengthMs,
  })
  .map(({ mean, depth, periods, shift, durationMs }) => ({
    kind: 'sine' as const,
    mean,
    amplitude: mean * depth,
    periodMs: durationMs / periods,
    shiftMs: shift * durationMs,
    durationMs,
  }))
const points = fc.array(fc.tuple(lengthMs, value), { minLength: 1, maxLength: 6 }).chain((rest) =>
  value.map((first) => {
    let atMs = 0
    const rising = rest.map(([gapMs, demand]) => {
      atMs += gapMs
      return [atMs, demand] as const
    })
    return { kind: 'points' as const, points: [[0, first] as const, ...rising] }
  }),
)

const nested = fc.letrec<{ curve: CurvePlan }>((tie) => ({
  curve: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'curve' },
    constant,
    ramp,
    steps,
    spike,
    sine,
    points,
    fc.record({
      kind: fc.constantFrom('sequence' as const, 'sum' as const),
      parts: fc.array(tie('curve'), { minLength: 1, maxLength: 3, depthIdentifier: 'curve' }),
    }),
    fc.record({
      kind: fc.constant('scale' as const),
      value,
      time: fc.double({ min: 0.1, max: 10, noNaN: true }),
      part: tie('curve'),
    }),
  ),
})).curve

/** Any curve of the algebra, nested at most two deep, as plain objects. */
export const anyCurve: fc.Arbitrary<CurvePlan> = nested.map((plan) => structuredClone(plan))
