import * as z from 'zod'
import { HarnessError } from '../base/errors.ts'
import type { Written } from '../base/written.ts'
import type { WorkloadPattern, WorkloadRef } from '../ports/workload.ts'
import { burstiness, checkedBurstiness, ofEitherModel, PLAIN } from './config.ts'
import { compileCurve } from './curve.ts'
import { curveSchema } from './curve-schema.ts'

const configSchema = z.strictObject({
  /** The unit of the curve: arrivals per second (open) or agents (closed). */
  model: z
    .enum(['open', 'closed'])
    .describe('Unit of the curve: arrivals per second (open) or agents (closed)'),
  /** The curve, as returned by `ramp()`, `steps()`, `spike()` ... */
  curve: curveSchema.describe('Curve, as returned by ramp(), steps(), spike() ...'),
  /** Open model: evenly spaced, or as independent users come (poisson), or as bursty as set (gamma). Default: constant. */
  arrivals: z
    .enum(['constant', 'poisson', 'gamma'])
    .default('constant')
    .describe(
      'Open model. constant: evenly spaced; poisson: like independent users; gamma: as bursty as set',
    ),
  /** Gamma arrivals: 1 = like independent users, below 1 = in bursts, above 1 = more even. */
  burstiness: burstiness.optional(),
  ...ofEitherModel,
})

/** Any curve of the algebra, as arrivals per second (open) or agents (closed). */
export function curve(settings: Written<typeof configSchema>): WorkloadRef {
  return { pattern: 'curve', ...settings }
}

/** The pattern `curve`. */
export const curvePattern: WorkloadPattern = {
  name: 'curve',
  summary: 'any curve: constant, ramp, steps, spike, sine, points, and their sequence, sum and scale',
  configSchema,
  withDuration(settings, durationMs) {
    const { data: part } = curveSchema.safeParse(settings['curve'])
    // A curve that is none stays as it is: the schema says what is wrong with it.
    if (part === undefined) return settings
    const time = durationMs / compileCurve(part).durationMs
    return { ...settings, curve: { kind: 'scale', value: 1, time, part } }
  },
  resolve(config) {
    const {
      pacing,
      agents,
      joinRate,
      iterations,
      burstiness: shape,
      ...rest
    } = config as z.output<typeof configSchema>
    if (rest.model === 'open' && iterations !== undefined)
      throw new HarnessError('SCENARIO_INVALID', '`iterations` is for `model: closed`', {
        hint: 'In the open model the curve and its length say how many journeys there are.',
      })
    if (rest.model === 'open' && joinRate !== undefined)
      throw new HarnessError('SCENARIO_INVALID', '`joinRate` is for `model: closed`', {
        hint: 'In the open model the curve itself is the rate at which agents arrive.',
      })
    const { durationMs } = compileCurve(rest.curve)
    return {
      ...PLAIN,
      ...rest,
      ...checkedBurstiness(rest.arrivals, shape),
      agents: rest.model === 'open' ? (agents ?? null) : null,
      pacingMs: pacing,
      joinPerSec: joinRate ?? null,
      ...(iterations === undefined ? {} : { iterations }),
      phases: [{ name: 'steady', startMs: 0, endMs: durationMs }],
    }
  },
}
