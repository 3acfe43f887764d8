import { lowestOfBucket } from '../../harness/base/histogram.ts'
import { compileSteps, SharedParts } from '../../harness/cluster/compile-steps.ts'
import { allocateWorkloads, workloadShares } from '../../harness/cluster/workload-shares.ts'
import type { CodePort } from '../../harness/engine/code-port.ts'
import type { Feeder } from '../../harness/engine/feeder.ts'
import type { JourneyProgram, Op, RequestOp, WalkedJourneys } from '../../harness/engine/program.ts'
import { Recorder } from '../../harness/engine/recorder.ts'
import { ShardEngine } from '../../harness/engine/shard-engine.ts'
import { allocateShardCounters } from '../../harness/engine/shard-memory.ts'
import { SnapshotReader } from '../../harness/engine/snapshot-reader.ts'
import { VariableStore } from '../../harness/engine/variables.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { ERROR_KIND_INDEX } from '../../harness/model/outcome.ts'
import type { RunPlan, StepPlan, WorkloadPlan } from '../../harness/model/plan.ts'
import { placesOf, regionNames } from '../../harness/model/plan-load.ts'
import type { Exchange } from '../../harness/ports/target.ts'
import { aRunPlan, aWorkload } from './plan-builders.ts'
import { type Script, ScriptedTarget } from './scripted-target.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What a test says about a shard; the rest is one journey of one request that is answered in 10 ms. */
export interface RigOptions {
  readonly workload?: Partial<WorkloadPlan>
  readonly plan?: Partial<RunPlan>
  readonly script?: Script
  /** Operations of the one journey. */
  readonly ops?: (request: (changes?: Partial<RequestOp>) => RequestOp) => readonly Op[]
  /** Steps of the one journey, compiled as those of a plan are; what they ask of is `main`. */
  readonly steps?: readonly StepPlan[]
  /** Weights of several journeys, by name, which is also their step. They take the place of the one. */
  readonly weights?: Readonly<Record<string, number>>
  /** Code of the one journey. */
  readonly code?: (port: CodePort, request: RequestOp) => Promise<unknown> | unknown
  /** A request before each session, or what differs in it, or code. */
  readonly login?: boolean | Partial<RequestOp> | RigOptions['code']
  readonly feeders?: Readonly<Record<string, Feeder>>
  readonly escalationKinds?: readonly string[]
  readonly shard?: number
  readonly shardCount?: number
}

/** Run start of every rig: not 0, because an instant of 0 means "not reached". */
export const RIG_START_MS = 1_000

/** A whole shard on a clock that a test moves, in front of a target that a test scripts. */
export function createRig(options: RigOptions) {
  const clock = new VirtualClock(RIG_START_MS)
  const workload = aWorkload(options.workload)
  const { durationMs } = workload
  const plan = aRunPlan({ durationMs, workloads: [workload], ...options.plan })
  const target = new ScriptedTarget(clock, options.script ?? [{ delayMs: 10 }])
  const request = (changes: Partial<RequestOp> = {}) => aRequest(target, changes)
  const kinds = options.escalationKinds ?? []
  const memory = allocateShardCounters(kinds.length, regionNames(plan).length)
  const own = allocateWorkloads(plan)
  const reader = new SnapshotReader(
    {
      runId: 'run',
      shard: 0,
      epoch: 0,
      escalationKinds: kinds,
      regions: regionNames(plan),
      workloads: own,
    },
    memory,
  )
  const { code, shard = 0, shardCount = 1 } = options
  const counters = new Float64Array(memory)
  const variables = new VariableStore(new Map(Object.entries(options.feeders ?? {})), {}, true)
  const codeErrors: string[] = []
  const shared = new SharedParts()
  const journey: JourneyProgram = {
    name: 'main',
    ...(options.steps === undefined
      ? { ops: options.ops?.(request) ?? [request()], flow: null }
      : stepsOf(options.steps, plan, target, shared)),
    code: code === undefined ? null : (context) => code(context as CodePort, request()),
  }
  const weights = Object.entries(options.weights ?? { main: 1 })
  const recorder = new Recorder(
    plan.phases.map(({ name, endMs, measured }) => ({ name, endMs: RIG_START_MS + endMs, measured })),
    {
      announce: (announcement) => reader.add(announcement),
      bounds: {},
      slos: null,
      startMs: RIG_START_MS,
      tracePrefix: null,
      nameOf: (name) => name,
      mask: (text) => text,
      places: placesOf(plan),
    },
  )
  const engine = new ShardEngine({
    plan,
    program: {
      journeys: weights.map(([name]) =>
        options.weights === undefined
          ? journey
          : { name, ops: [request({ step: name, request: { step: name } })], code: null, flow: null },
      ),
      walked: plan.workloads.map(({ journeys }) => walkedOf(weights, journeys)),
      login: loginOf(options.login, request),
      drivers: [target],
      places: shared.places,
      paces: shared.paces,
    },
    shares: workloadShares(
      {
        ...{ runId: 'run', plan, module: null, shard, shardCount },
        ...{ setupValue: undefined, correlationId: 'run', provisioned: {} },
      },
      counters,
      own,
    ),
    recorder,
    counters,
    variables,
    createContext: code === undefined && typeof options.login !== 'function' ? null : (port) => port,
    clock,
    startMs: RIG_START_MS,
    onCodeError: (message) => codeErrors.push(message),
  })
  return {
    clock,
    engine,
    target,
    variables,
    codeErrors,
    take: () => {
      recorder.sendNoted()
      return reader.take(clock.nowMs() - RIG_START_MS)
    },
  }
}

/** The journeys of a rig that a workload walks; undefined: all of them. */
function walkedOf(
  weights: readonly (readonly [string, number])[],
  journeys: WorkloadPlan['journeys'] = weights.map(([name, weight]) => ({ name, weight })),
): WalkedJourneys {
  return {
    journeys: journeys.map((walked) => weights.findIndex(([name]) => name === walked.name)),
    cumulativeWeights: journeys.map((_, index) =>
      journeys.slice(0, index + 1).reduce((sum, { weight }) => sum + weight, 0),
    ),
  }
}

function stepsOf(steps: readonly StepPlan[], plan: RunPlan, target: ScriptedTarget, shared: SharedParts) {
  const targets = { main: { plugin: 'function', config: {} } }
  const parts = {
    plan: { ...plan, targets },
    drivers: new Map([['main', target]]),
    keepsAnswers: false,
    columns: new Map(),
  }
  return compileSteps(steps, 'journeys.main.steps', parts, shared)
}

function loginOf(
  login: RigOptions['login'],
  request: (changes: Partial<RequestOp>) => RequestOp,
): JourneyProgram | null {
  if (login === undefined || login === false) return null
  const changes = typeof login === 'object' ? login : {}
  const op = request({ step: 'login', judge: judgeStatus, ...changes })
  return typeof login === 'function'
    ? { name: 'login', ops: [], code: (context) => login(context as CodePort, op), flow: null }
    : { name: 'login', ops: [op], code: null, flow: null }
}

/** Judges as a step does that says nothing else. */
export function judgeStatus(exchange: Exchange): void {
  if (exchange.status >= 400) exchange.errorKind = ERROR_KIND_INDEX.status
}

/** Walks a rig to its end. @throws when it does not end within `limitMs` of its clock. */
export async function runRig(options: RigOptions, limitMs = 120_000) {
  const rig = createRig(options)
  let ended = false
  const running = rig.engine.run().then(() => {
    ended = true
  })
  for (let atMs = 0; !ended && atMs < limitMs; atMs += 500) await rig.clock.advance(500)
  if (!ended) throw new Error(`the shard still runs after ${limitMs} ms`)
  await running
  return { ...rig, seen: rig.take() }
}

/** A request that judges every answer good. */
export function aRequest(target: ScriptedTarget, changes: Partial<RequestOp> = {}): RequestOp {
  return {
    kind: 'request',
    step: 'step',
    driver: target,
    request: {},
    timeouts: { connectMs: 1_000, firstByteMs: 1_000, totalMs: 1_000 },
    keepAnswer: false,
    component: null,
    judge: () => undefined,
    expectations: [],
    extract: null,
    retry: null,
    followUps: [],
    ...changes,
  }
}

/** Recorded durations in ms, rising, each as often as it was recorded; bucket width is a thousandth. */
export function durationsMs(snapshot: IntervalSnapshot, metric: string, step = 'step'): number[] {
  return snapshot.cells
    .filter(({ key }) => key.metric === metric && key.step === step)
    .flatMap(({ counts }) => expandMs(counts))
    .sort((a, b) => a - b)
}

function expandMs(counts: ArrayLike<number>): number[] {
  const values: number[] = []
  for (let i = 0; i < counts.length; i += 2) {
    const valueMs = lowestOfBucket(counts[i] as number) / 1_000
    for (let repeat = counts[i + 1] as number; repeat > 0; repeat--) values.push(valueMs)
  }
  return values
}
