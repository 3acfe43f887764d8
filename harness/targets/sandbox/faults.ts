/** The faults the sandbox takes on request: the body of `PUT /__faults` and `faults` of the target's configuration. */
import * as z from 'zod'
import { duration } from '../../base/text-schemas.ts'
import { parseDurationMs } from '../../base/units.ts'
import { COMPONENTS } from './latency-law.ts'

const ratio = z.number().min(0).max(1)
const periodMs = z.number().min(1).max(3_600_000)
const waitMs = z.number().min(0).max(600_000)

const lognormalSchema = z
  .strictObject({ p50Ms: waitMs.positive(), p99Ms: waitMs.positive() })
  .refine((law) => law.p99Ms > law.p50Ms, { path: ['p99Ms'], error: 'p99Ms must be above p50Ms' })

/** Faults may be combined; an absent one is off. */
export const faultsSchema = z
  .strictObject({
    /** Multiplies the time of one component, or of everything. */
    slow: z.strictObject({
      factor: z.number().positive().max(1000),
      component: z.enum(COMPONENTS).optional(),
    }),
    /** A share of the operations answers with this status, after its usual time. */
    errors: z.strictObject({ ratio, status: z.int().min(400).max(599) }),
    /** The event loop stands still for `forMs`, every `everyMs` from start to start. */
    stall: z
      .strictObject({ everyMs: periodMs, forMs: periodMs })
      .refine((stall) => stall.forMs < stall.everyMs, {
        path: ['forMs'],
        error: 'forMs must be below everyMs, or the sandbox never answers again',
      }),
    /** Every operation takes exactly this long, in place of its components. */
    fixed: z.strictObject({ ms: waitMs }),
    /** Every operation takes a time from this law, in place of its components. */
    law: z.strictObject({ lognormal: lognormalSchema }),
    /** Nothing but the control routes is answered. */
    refuse: z.boolean(),
    /** A share of the answers breaks off in mid-body with a TCP reset. */
    reset: z.strictObject({ ratio }),
    /** Memory kept for every operation until the faults are next replaced. */
    leak: z.strictObject({
      bytesPerRequest: z
        .int()
        .positive()
        .max(16 * 1024 ** 2),
    }),
  })
  .partial()
  .refine((faults) => faults.fixed === undefined || faults.law === undefined, {
    path: ['law'],
    error: 'law and fixed both replace the time of an operation: give one of them',
  })

export type Faults = Readonly<z.infer<typeof faultsSchema>>

/** Faults for a stretch of the load. */
export const timedFaultsSchema = faultsSchema
  .safeExtend({
    /** The phase in which they are in force; `at` and `until` then count from its start. Default: the whole load. */
    phase: z.string().optional().describe('Phase in which they are in force. Default: the whole load'),
    /** Begin, since the start of the load or of the phase. Default: at once. */
    at: duration.optional().describe('Begin, since the start of the load or of the phase. Default: at once'),
    /** End, since the start of the load or of the phase. Default: its end. */
    until: duration.optional().describe('End, since the start of the load or of the phase. Default: its end'),
  })
  .refine(({ at, until }) => until === undefined || parseDurationMs(at ?? '0s') < parseDurationMs(until), {
    path: ['until'],
    error: 'until must be after at',
  })
export type TimedFaults = Readonly<z.infer<typeof timedFaultsSchema>>

/** Faults in force from the start of the sandbox, or on a time line that begins with the load. */
export const startFaultsSchema = z.union([faultsSchema, z.array(timedFaultsSchema)])
