import type { CurvePlan, RunPlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { DEFAULT_TIMEOUTS } from '../../harness/model/plan.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'

const second: CurvePlan = { kind: 'constant', value: 10, durationMs: 1_000 }

/** A workload that says nothing but what a test needs: ten agents or ten arrivals a second, for one second. */
export function aWorkload(changes: Partial<WorkloadPlan> = {}): WorkloadPlan {
  return {
    startMs: 0,
    durationMs: compileCurve(changes.curve ?? second).durationMs,
    pattern: 'test',
    model: 'open',
    curve: second,
    arrivals: 'constant',
    instantsMs: null,
    whenBusy: 'queue',
    agents: 10,
    think: { minMs: 0, maxMs: 0 },
    pacingMs: 0,
    join: null,
    session: { journeys: null, pause: { minMs: 0, maxMs: 0 } },
    regions: [],
    mix: { safe: 1, risky: 0, complex: 0 },
    expectedIterations: null,
    ...changes,
  }
}

/** A plan of one second, one phase and no journeys of its own. */
export function aRunPlan(changes: Partial<RunPlan> = {}): RunPlan {
  const durationMs = changes.durationMs ?? 1_000
  return {
    schemaVersion: 1,
    scenario: 'test',
    environment: null,
    seed: 1,
    durationMs,
    drainMs: 5_000,
    timeouts: DEFAULT_TIMEOUTS,
    retry: null,
    phases: [{ name: 'steady', startMs: 0, endMs: durationMs, measured: true }],
    workloads: [aWorkload()],
    connectionsPerAgent: 6,
    precision: 'normal',
    targets: {},
    journeys: [],
    feeders: {},
    objectives: [],
    login: null,
    loginRetry: { backoffMs: 1_000, maxBackoffMs: 30_000 },
    setup: false,
    teardown: false,
    autoBaseline: false,
    builds: null,
    alerts: { channels: {}, routes: [] },
    rollback: null,
    limits: [],
    requires: [],
    probes: {},
    visuals: {},
    tracing: false,
    allowHosts: [],
    secrets: [],
    ...changes,
  }
}
