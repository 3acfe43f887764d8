/** Workload patterns, as authors write them. What they mean stands in `workloads/<pattern>.ts`. */
import type { CurvePlan } from '../model/plan.ts'

/** A workload: pattern name and settings. */
export interface WorkloadRef {
  readonly pattern: string
  readonly [setting: string]: unknown
}

/** Where a share of the agents is. */
export interface RegionSetting {
  readonly name: string
  /** Share of the agents, relative to the others. */
  readonly weight: number
  /** IANA name, `'Europe/Berlin'`. */
  readonly timeZone: string
  /** Constant time added to every answer, `'30ms'`. */
  readonly networkDelay?: string
}

/** A working day, compressed: two humps with a lunch dip, summed over regions. 250 agents at peak unless said. */
export function businessHours(
  settings: {
    readonly agents?: number
    /** How long the simulated hours take. */
    readonly day?: string
    /** First and last hour simulated, `'08:00'`, on the first region's clock. */
    readonly from?: string
    readonly to?: string
    readonly think?: string
    readonly regions?: readonly RegionSetting[]
  } = {},
): WorkloadRef {
  return { pattern: 'business-hours', ...settings }
}

/** Low traffic with a window of long batch operations. 50 agents unless said. */
export function maintenance(
  settings: { readonly agents?: number; readonly duration?: string; readonly think?: string } = {},
): WorkloadRef {
  return { pattern: 'maintenance', ...settings }
}

/** Calm, burst, retry storm, drain. 400 agents at peak unless said. */
export function incident(
  settings: { readonly agents?: number; readonly duration?: string; readonly think?: string } = {},
): WorkloadRef {
  return { pattern: 'incident', ...settings }
}

/** A staircase to the top and a hold: 1,200 agents and 500 journeys/s there unless said. */
export function scaleTest(
  settings: {
    readonly agents?: number
    readonly rate?: string
    readonly steps?: number
    readonly stepFor?: string
    readonly hold?: string
    /** Length of the whole run: steps and hold keep their proportion. */
    readonly duration?: string
  } = {},
): WorkloadRef {
  return { pattern: 'scale-test', ...settings }
}

/** Open model: arrivals at a rate, whatever the target does. */
export function constantRate(settings: {
  readonly rate: string
  readonly duration: string
  readonly arrivals?: 'constant' | 'poisson'
  readonly whenBusy?: 'queue' | 'drop'
  readonly agents?: number
}): WorkloadRef {
  return { pattern: 'constant-rate', ...settings }
}

/** Closed model: a fixed number of agents, each starting anew after its answer and its think time. */
export function constantAgents(settings: {
  readonly agents: number
  readonly duration: string
  readonly think?: string
  readonly pacing?: string
}): WorkloadRef {
  return { pattern: 'constant-agents', ...settings }
}

/** Any curve of the algebra, as arrivals per second (open) or agents (closed). */
export function curve(settings: {
  readonly model: 'open' | 'closed'
  readonly curve: CurvePlan
  readonly arrivals?: 'constant' | 'poisson'
  readonly whenBusy?: 'queue' | 'drop'
  readonly agents?: number
  readonly think?: string
  readonly pacing?: string
}): WorkloadRef {
  return { pattern: 'curve', ...settings }
}

/** Open model: the instants of a CSV file beside the scenario. */
export function replay(settings: {
  readonly csv: string
  readonly whenBusy?: 'queue' | 'drop'
  readonly agents?: number
}): WorkloadRef {
  return { pattern: 'replay', ...settings }
}
