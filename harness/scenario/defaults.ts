/** Defaults of the authoring layer, all in one place. Patterns and plugins state theirs in their own schema. */

/** Limit for loading a module. */
export const LOAD_LIMIT_MS = 10_000
/** `proofload run URL` without flags. */
export const URL_AGENTS = 10
export const URL_DURATION = '10s'
/** The longest time of one that a number of requests ends. */
export const URL_LONGEST = '10m'

/** Time for requests in flight to finish after the end. */
export const DRAIN = '10s'
export const WARM_UP = '0s'
/** For a build that the harness starts. */
export const READY_WITHIN = '30s'
export const ROLLBACK = { minRequests: 100, validation: '10s', stepTimeout: '10m' } as const
/** For the command that makes a picture. */
export const VISUAL_TIMEOUT = '1m'
export const PRECISION = 'normal'
/** As browsers have to one host. */
export const CONNECTIONS_PER_AGENT = 6
export const JOURNEY_WEIGHT = 1
export const FEEDER_MODE = 'circular'

/** Agents of an open workload that names none: this many seconds' worth of arrivals at the peak, within the bounds. */
export const OPEN_AGENTS = { seconds: 2, min: 50, max: 10_000 } as const

/** Agents a second at which a closed workload begins that names no rate: more only where they would join for longer than this share of the run. */
export const JOIN = { perSec: 1000, shareMax: 0.5 } as const

/** Pauses of an agent whose login fails. */
export const LOGIN_RETRY = { backoff: '1s', maxBackoff: '30s' } as const

/** Series of monitoring systems: their number above which labels are left out, and the buckets of histograms in a doubling, as a power of 2. */
export const OUTPUTS = { maxSeries: 2000, resolution: 3 } as const
