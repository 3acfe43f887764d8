import { Histogram } from '../../harness/base/histogram.ts'
import { SnapshotMerger } from '../../harness/cluster/merge-snapshots.ts'
import { CodeAgents, type CreateContext } from '../../harness/engine/code-agents.ts'
import type { JourneyProgram, Program, RequestOp } from '../../harness/engine/program.ts'
import { Recorder } from '../../harness/engine/recorder.ts'
import { type Demand, ShardEngine } from '../../harness/engine/shard-engine.ts'
import { allocateShardCounters } from '../../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import { DEFAULT_TIMEOUTS, type RunPlan, type WorkloadPlan } from '../../harness/model/plan.ts'
import { createArrivals } from '../../harness/workloads/arrivals.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { localAgentsAt } from '../../harness/workloads/population.ts'
import { aPlan } from './builders.ts'
import type { ScriptedTarget } from './scripted-target.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A request operation on a scripted target. */
export function aRequest(driver: ScriptedTarget, changes: Partial<RequestOp> = {}): RequestOp {
  return {
    kind: 'request',
    step: 'step',
    driver,
    request: {},
    timeouts: DEFAULT_TIMEOUTS,
    keepAnswer: false,
    judge: () => undefined,
    extract: null,
    retry: null,
    followUps: [],
    ...changes,
  }
}

/** What an engine is driven with. */
export interface Drive {
  readonly clock: VirtualClock
  readonly target: ScriptedTarget
  readonly journeys: readonly JourneyProgram[]
  readonly workload: Partial<WorkloadPlan>
  readonly durationMs: number
  readonly login?: JourneyProgram
  readonly plan?: Partial<RunPlan>
  readonly createContext?: CreateContext
  readonly escalationKinds?: readonly string[]
}

/** An engine on the virtual clock, with everything it recorded. */
export function drive(options: Drive) {
  const { clock, target, journeys, durationMs, escalationKinds = [] } = options
  const plan = aPlan({ durationMs, drainMs: 5000, ...options.plan, workload: options.workload })
  const counters = allocateShardCounters(escalationKinds.length)
  const reader = new SnapshotReader({ runId: 'r', shard: 0, epoch: 0, escalationKinds }, counters)
  const curve = compileCurve(plan.workload.curve)
  const demand: Demand =
    plan.workload.model === 'open'
      ? {
          model: 'open',
          arrivals: createArrivals({ workload: plan.workload, seed: plan.seed, shard: 0, shardCount: 1 }),
        }
      : {
          model: 'closed',
          agentsAt: (atMs) => localAgentsAt(curve, atMs, 0, 1),
          identityOf: (agent) => agent,
        }
  const program: Program = {
    journeys,
    cumulativeWeights: journeys.map((_, i) => i + 1),
    login: options.login ?? null,
    drivers: [target],
  }
  const errors: string[] = []
  const engine = new ShardEngine({
    plan,
    program,
    demand,
    agents: plan.workload.agents,
    recorder: new Recorder(plan.phases, (announcement) => reader.add(announcement)),
    counters: new Float64Array(counters),
    variables: new VariableStore(new Map(), new Map(), false),
    codeAgents: options.createContext === undefined ? null : new CodeAgents(options.createContext, clock),
    clock,
    startMs: 0,
    onCodeError: (message) => errors.push(message),
  })
  let ended = false
  void engine.run().then(() => {
    ended = true
  })
  return {
    engine,
    errors,
    hasEnded: () => ended,
    /** Everything recorded since the last call, merged. */
    take(endMs: number) {
      const merger = new SnapshotMerger()
      const snapshot = reader.take(endMs)
      merger.add([snapshot], 'steady', { generator: { cpuCores: 0, rssBytes: 0 }, target: null })
      const histogram = (metric: string) => {
        const merged = new Histogram()
        for (const cell of merger.cells()) if (cell.metric === metric) merged.add(Histogram.decode(cell.hdr))
        return merged
      }
      return {
        dispatch: merger.dispatch,
        steps: merger.steps(),
        cells: merger.cells(),
        escalations: merger.escalations,
        gauges: snapshot.gauges,
        histogram,
      }
    },
  }
}
