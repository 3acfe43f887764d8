/** Demand over time as data; `value` is arrivals per second (open model) or agents (closed model). */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'

const value = z.number()
const durationMs = z.number()

const constantSchema = z.object({ kind: z.literal('constant'), value, durationMs })

const rampSchema = z.object({ kind: z.literal('ramp'), from: value, to: value, durationMs })

const stepsSchema = z.object({ kind: z.literal('steps'), values: z.array(value), stepMs: z.number() })

/** `base`, a linear rise of `rampMs` from `atMs` to `peak`, held for `holdMs`, a fall of `rampMs`, `base` again. */
const spikeSchema = z.object({
  kind: z.literal('spike'),
  base: value,
  peak: value,
  atMs: z.number(),
  rampMs: z.number(),
  holdMs: z.number(),
  durationMs,
})

/** `mean + amplitude * sin(2 pi (t + shiftMs) / periodMs)`, amplitude <= mean. */
const sineSchema = z.object({
  kind: z.literal('sine'),
  mean: value,
  amplitude: value,
  periodMs: z.number(),
  shiftMs: z.number(),
  durationMs,
})

/** Piecewise linear through [instant ms, value]; the first instant is 0, instants rise. */
const pointsSchema = z.object({
  kind: z.literal('points'),
  points: z.array(z.tuple([z.number(), value])),
})

const sequenceSchema = z.object({
  kind: z.literal('sequence'),
  get parts() {
    return z.array(curveSchema)
  },
})

const sumSchema = z.object({
  kind: z.literal('sum'),
  get parts() {
    return z.array(curveSchema)
  },
})

/** `value` multiplies the demand, `time` stretches (> 1) or compresses (< 1) the duration. */
const scaleSchema = z.object({
  kind: z.literal('scale'),
  value: z.number(),
  time: z.number(),
  get part() {
    return curveSchema
  },
})

export const curveSchema = z.discriminatedUnion('kind', [
  constantSchema,
  rampSchema,
  stepsSchema,
  spikeSchema,
  sineSchema,
  pointsSchema,
  sequenceSchema,
  sumSchema,
  scaleSchema,
])
export type CurvePlan = Immutable<z.infer<typeof curveSchema>>
