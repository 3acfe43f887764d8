/**
 * One interval of a run as charts and screens show it: what the stored record, the live second and the history all come
 * to. Rates are a second, times ms, instants ms since run start; null and empty: not known.
 */
export interface RunPoint {
  readonly startMs: number
  readonly endMs: number
  /** Journeys; null once load is over. */
  readonly plannedPerSec: number | null
  readonly startedPerSec: number | null
  /** Completed requests; null once load is over. */
  readonly requestsPerSec: number | null
  /** Response times by name: `p50`, `p99`, `max`. */
  readonly percentilesMs: Readonly<Record<string, number | null>>
  /** By kind. */
  readonly errorsPerSec: Readonly<Record<string, number>>
  /** Time that each component takes of a mean answer. */
  readonly componentMs: Readonly<Record<string, number>>
  /** The process of the target. */
  readonly target: ResourceUse | null
  readonly probes: Readonly<Record<string, ResourceUse>>
  readonly startDelayP99Ms: number | null
  /** Busiest thread of the generator. */
  readonly loopBusyRatio: number | null
  readonly coreWaitRatio: number | null
  readonly activeAgents: number | null
  readonly inFlight: number | null
  readonly backlog: number | null
  /** Agents by region. */
  readonly regions: Readonly<Record<string, number>>
}

/** Resources that a watched process uses. */
export interface ResourceUse {
  readonly cpuCores: number | null
  readonly rssBytes: number | null
}
