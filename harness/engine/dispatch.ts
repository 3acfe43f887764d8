/** The two models of demand behind one contract: who starts when, and what becomes of an agent without a journey left. */
import type { WorkloadPlan } from '../model/plan.ts'
import type { ArrivalSource, Population } from '../ports/workload.ts'

/** The demand of one workload in one shard. */
export type Demand = { readonly model: 'open'; readonly arrivals: ArrivalSource } | Population

/** The part of one workload in the load of a shard. */
export interface WorkloadShare {
  readonly workload: WorkloadPlan
  readonly demand: Demand
  /** Its slots are those from `firstSlot` on. */
  readonly firstSlot: number
  readonly slots: number
  /** The identity of its first agent, or arrival: no two of a run have the same. */
  readonly firstIdentity: number
  /** Its own counters; where it is the only one, those of the shard. */
  readonly counters: Float64Array
}

/** Starts what the plan asks for, and takes agents back. */
export interface Dispatch {
  /** Journeys of a session that states no number. */
  readonly journeysDefault: number
  /** Starts what fell due by `nowMs`, as far as the turn of the loop has time for it. */
  admitDue(nowMs: number): void
  /** Counts as cancelled what was due by the end of the load, `nowMs`, and had not started. */
  cancelDue(nowMs: number): void
  /** Tells whether the plan wants the agent to go on after its pause. */
  wants(agent: number): boolean
  /** Intended start of the first journey after a login that ended at `atMs`. */
  intendedAfterLogin(agent: number, atMs: number): number
  /** Takes an agent whose session is over; false when the agent stays, for another session after a pause. */
  takeBack(agent: number): boolean
  /** Takes note of an agent that has left. */
  left(agent: number): void
  /** Takes note of an agent that has left because its feeder has no row for it. */
  leftWithoutRow(agent: number): void
}

/** Starts and ends the sessions of agents for a dispatch. */
export interface SessionStarter {
  /** Begins a session of the agent in a slot, under an identity. */
  startSession(agent: number, identity: number): void
  /** Begins the session's first journey, or its login, now. @param intendedMs instant the plan meant */
  startFirst(agent: number, intendedMs: number, nowMs: number): void
  /** Begins the session's first journey, or its login, at an instant, ms of the clock. */
  startFirstAt(agent: number, dueMs: number): void
  /** Makes the slot of an agent empty. */
  vacate(agent: number): void
}
