/** The amount of load over time, the agents and their regions. Times are milliseconds since run start. */
import * as z from 'zod'
import type { Immutable } from '../../base/immutable.ts'
import { curveSchema } from './curve-schema.ts'

/** A stretch of the run with a name, [startMs, endMs). */
export const phaseSchema = z.object({
  name: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  /** False for warm-up: recorded, not judged. */
  measured: z.boolean(),
})
export type PhasePlan = Immutable<z.infer<typeof phaseSchema>>

export const msRangeSchema = z.object({ minMs: z.number(), maxMs: z.number() })
export type MsRange = Immutable<z.infer<typeof msRangeSchema>>

/** A share of the agents: where they are. */
const regionSchema = z.object({
  name: z.string(),
  weight: z.number(),
  /** IANA zone, for calendar patterns. */
  timeZone: z.string(),
  /** Constant round-trip time added to every response of the region's agents. */
  networkDelayMs: z.number(),
})
export type RegionPlan = Immutable<z.infer<typeof regionSchema>>

/** Shares of safe, risky and complex commands; they add up to 1. */
const operationMixSchema = z.object({ safe: z.number(), risky: z.number(), complex: z.number() })
export type OperationMix = Immutable<z.infer<typeof operationMixSchema>>

/** An agent arrives, walks some journeys, leaves, and (closed model) comes back after a pause. */
const sessionSchema = z.object({
  /** Journeys in one session; null = the agent never leaves (closed), one journey (open). */
  journeys: z.object({ min: z.number(), max: z.number() }).nullable(),
  pause: msRangeSchema,
})
export type SessionPlan = Immutable<z.infer<typeof sessionSchema>>

/** The agents of the beginning join one after another, at an even rate over the whole plan, until they are as many as the curve wants. */
const joinSchema = z.object({
  perSec: z.number(),
  /** The end of the joining; the curve alone decides from then on. */
  durationMs: z.number(),
})
export type JoinPlan = Immutable<z.infer<typeof joinSchema>>

/** The number of iterations after which the run ends, of all its agents together or of each. */
const iterationsSchema = z.object({ count: z.number(), of: z.enum(['run', 'agent']) })
export type IterationsPlan = Immutable<z.infer<typeof iterationsSchema>>

/** A journey that the agents of a workload walk, and how often beside its others. */
const walkedSchema = z.object({ name: z.string(), weight: z.number() })

export const workloadSchema = z.object({
  /** Absent where the scenario has one workload and gives it no name. */
  name: z.string().optional(),
  /** Its beginning in the time of the plan. */
  startMs: z.number(),
  /** Its length; nothing of it begins later. */
  durationMs: z.number(),
  /** The journeys that its agents walk; absent: all of the plan, at their own weights. */
  journeys: z.array(walkedSchema).optional(),
  /** Name of the pattern that made it, for people. */
  pattern: z.string(),
  model: z.enum(['open', 'closed']),
  curve: curveSchema,
  /** Open model: how arrivals follow the curve. */
  arrivals: z.enum(['constant', 'poisson', 'gamma', 'replay']),
  /** Gamma arrivals: the shape of the gaps; absent otherwise. */
  burstiness: z.number().optional(),
  /** Replay: the instants themselves, rising. */
  instantsMs: z.array(z.number()).nullable(),
  /** Open model: what an arrival does that finds no free agent. */
  whenBusy: z.enum(['queue', 'drop']),
  /** Agents that may exist at once: the peak of the curve (closed) or the pool (open). */
  agents: z.number(),
  /** Pause between journeys of one agent. */
  think: msRangeSchema,
  /** Closed model: time between the starts of an agent's journeys, at least; 0 = none. */
  pacingMs: z.number(),
  /** Closed model: null = all are there at once, but for what their pauses spread them. */
  join: joinSchema.nullable(),
  /** Closed model: the load ends when so many journeys are over; its time is the longest it may take. Absent: its time alone ends it. */
  iterations: iterationsSchema.optional(),
  session: sessionSchema,
  regions: z.array(regionSchema),
  mix: operationMixSchema,
  /** Journeys the plan demands: exact in the open model and where `iterations` ends the load, integral / pacing in a paced closed one, null when think time decides. */
  expectedIterations: z.number().nullable(),
})
export type WorkloadPlan = Immutable<z.infer<typeof workloadSchema>>
