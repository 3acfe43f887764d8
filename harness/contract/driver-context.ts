import type { Clock } from '../base/clock.ts'
import { DEFAULT_TIMEOUTS } from '../model/plan.ts'
import type { DriverContext } from '../ports/target.ts'

/** The context of a driver without a run, and what a test changes about it. */
export function aDriverContext(clock: Clock, changes: Partial<DriverContext> = {}): DriverContext {
  return {
    clock,
    agents: 4,
    connections: null,
    connectionsPerAgent: 6,
    seed: 1,
    place: { target: 'main', runId: 'test', shard: 0, shardCount: 1 },
    events: { measure: () => undefined, fault: () => undefined },
    allowCommands: [],
    channel: null,
    provisioned: {},
    shared: new Map(),
    defaultTimeouts: DEFAULT_TIMEOUTS,
    tracing: null,
    secrets: {},
    code: () => undefined,
    ...changes,
  }
}
