/** A whole shard on this thread, closed model: for looking at what it keeps and allocates. */
import { createSystemClock } from '../../harness/base/clock.ts'
import { compileProgram } from '../../harness/cluster/compile-program.ts'
import { createDrivers, createTracing } from '../../harness/cluster/create-drivers.ts'
import { createJourneyContexts } from '../../harness/cluster/journey-context.ts'
import { Recorder } from '../../harness/engine/recorder.ts'
import { ShardEngine } from '../../harness/engine/shard-engine.ts'
import { allocateShardCounters, SHARD_COLUMN } from '../../harness/engine/shard-memory.ts'
import { RecordedEvents } from '../../harness/engine/target-events.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import type { RunPlan, StepPlan, TargetPlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { httpPlugin } from '../../harness/targets/http/index.ts'
import { aRunPlan, aWorkload } from '../../test/kit/plan-builders.ts'

export const LONG_MS = 3_600_000

/** The functions of a scenario, by their path. */
export type Code = Readonly<Record<string, unknown>>

/** A step that never gives up. */
export function requestStep(name: string, request: Readonly<Record<string, unknown>>): StepPlan {
  const timeouts = { connectMs: LONG_MS, firstByteMs: LONG_MS, totalMs: LONG_MS }
  return {
    kind: 'request',
    name,
    target: 'main',
    request,
    expect: [],
    extract: {},
    timeouts,
    retry: null,
    followUps: [],
  }
}

/** Starts it; `requests` counts what was answered, and `stop` leaves nothing open. */
export async function startShard(plan: RunPlan, code: Code = {}) {
  const clock = createSystemClock()
  const share = {
    runId: 'bench',
    plan,
    module: null,
    shard: 0,
    shardCount: 1,
    setupValue: undefined,
    correlationId: 'bench',
    provisioned: {},
  }
  const tracing = createTracing(share, 0)
  const drivers = await createDrivers(share, {
    code: (path) => code[path],
    clock,
    tracing,
    events: new RecordedEvents(clock),
    secrets: {},
    channels: new Map(),
  })
  const variables = new VariableStore(new Map(), {}, false)
  const counters = new Float64Array(allocateShardCounters(0, 0))
  const workload = plan.workloads[0] as WorkloadPlan
  const { agents } = workload
  const engine = new ShardEngine({
    plan,
    program: compileProgram(plan, drivers, (path) => code[path]),
    shares: [
      {
        workload,
        demand: {
          model: 'closed',
          agentsAt: () => agents,
          identityOf: (agent) => agent,
          joining: null,
          iterations: null,
        },
        ...{ firstSlot: 0, slots: agents, firstIdentity: 0, counters },
      },
    ],
    recorder: new Recorder([{ name: 'steady', endMs: Number.POSITIVE_INFINITY, measured: true }], {
      announce: () => undefined,
      bounds: {},
      slos: null,
      startMs: clock.nowMs(),
      tracePrefix: tracing?.prefix ?? null,
      nameOf: (name) => name,
      mask: (text) => text,
      places: [{}],
    }),
    counters,
    variables,
    createContext: createJourneyContexts({
      drivers,
      variables,
      plan,
      setupValue: undefined,
    }),
    clock,
    startMs: clock.nowMs(),
    onCodeError: (message) => {
      throw new Error(message)
    },
  })
  const running = engine.run()
  return {
    requests: () => counters[SHARD_COLUMN.iterations] as number,
    async stop() {
      engine.stop(0)
      await running
      for (const driver of drivers.values()) await driver.close()
    },
  }
}

/** So many agents in one journey for hours. */
export function closedPlan(
  agents: number,
  target: TargetPlan,
  journey: RunPlan['journeys'][number],
  thinkMaxMs: number,
) {
  return aRunPlan({
    durationMs: 2 * LONG_MS,
    workloads: [
      aWorkload({
        model: 'closed',
        agents,
        curve: { kind: 'constant', value: agents, durationMs: 2 * LONG_MS },
        // First starts are spread over half of this.
        think: { minMs: 0, maxMs: thinkMaxMs },
      }),
    ],
    targets: { main: target },
    journeys: [journey],
  })
}

/** HTTP at a URL with the defaults of a scenario. */
export function httpAt(url: string): TargetPlan {
  return { plugin: 'http', config: httpPlugin.configSchema.parse({ url }) as TargetPlan['config'] }
}
