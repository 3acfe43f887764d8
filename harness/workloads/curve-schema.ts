/** The schema of `CurvePlan`: what `ramp()`, `steps()` ... make, also when an author wrote it by hand. */
import * as z from 'zod'
import { looseObjectOf } from '../base/record-of.ts'
import type { CurvePlan } from '../model/plan.ts'

const demand = z.number().min(0)
const lengthMs = z.number().positive()
const offsetMs = z.number().min(0)
const parts = z.array(z.lazy(() => curve)).min(1)

const curve: z.ZodType<CurvePlan> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: demand, durationMs: lengthMs }),
  z.strictObject({ kind: z.literal('ramp'), from: demand, to: demand, durationMs: lengthMs }),
  z.strictObject({ kind: z.literal('steps'), values: z.array(demand).min(1), stepMs: lengthMs }),
  z.strictObject({
    kind: z.literal('spike'),
    base: demand,
    peak: demand,
    atMs: offsetMs,
    rampMs: offsetMs,
    holdMs: offsetMs,
    durationMs: lengthMs,
  }),
  z.strictObject({
    kind: z.literal('sine'),
    mean: demand,
    amplitude: demand,
    periodMs: lengthMs,
    shiftMs: z.number(),
    durationMs: lengthMs,
  }),
  z.strictObject({ kind: z.literal('points'), points: z.array(z.tuple([offsetMs, demand])).min(2) }),
  z.strictObject({ kind: z.literal('sequence'), parts }),
  z.strictObject({ kind: z.literal('sum'), parts }),
  z.strictObject({
    kind: z.literal('scale'),
    value: demand,
    time: z.number().positive(),
    part: z.lazy(() => curve),
  }),
])

const written = looseObjectOf({ kind: z.string() })

/** A curve. Its JSON Schema is a plain object: a recursive one could not be embedded in that of a scenario. */
export const curveSchema = written.pipe(
  curve as z.ZodType<CurvePlan, z.output<typeof written>>,
) as unknown as z.ZodType<CurvePlan, CurvePlan>
