/** Entry of a shard's thread: builds the engine from the plan, reports ready, starts on command, walks the plan. */
import { once } from 'node:events'
import { type Clock, createSystemClock } from '../base/clock.ts'
import { createMask, type MaskText } from '../base/secret-mask.ts'
import type { Demand } from '../engine/dispatch.ts'
import { createFeeder } from '../engine/feeder.ts'
import { watchHealth } from '../engine/health.ts'
import type { Announce } from '../engine/memory-announcement.ts'
import { Recorder } from '../engine/recorder.ts'
import { ShardEngine } from '../engine/shard-engine.ts'
import { VariableStore } from '../engine/variables.ts'
import type { RunPlan, ShardPlan } from '../model/plan.ts'
import { planNames } from '../model/plan-names.ts'
import { turnAuthorOutput } from '../system/author-output.ts'
import { createArrivals } from '../workloads/arrivals.ts'
import { compileCurve } from '../workloads/curve.ts'
import { localAgentsAt } from '../workloads/population.ts'
import { compileProgram, createDrivers, createTracing, loadCode, shareOf } from './compile-program.ts'
import { createJourneyContexts } from './journey-context.ts'
import { objectiveBounds } from './objective-bounds.ts'
import { CONTROL, type FromShard, type ShardTask, type StartShard } from './shard-protocol.ts'

const CONTROL_POLL_MS = 10
const FAILURES_SEND_MS = 500

/** Runs one shard to its end. Rejects when the scenario module or a driver cannot be set up. */
export async function runShard(task: ShardTask): Promise<void> {
  turnAuthorOutput()
  const clock = createSystemClock()
  const send = (message: FromShard) => task.port.postMessage(message)
  const { plan } = task.plan
  const code = await loadCode(task.plan)
  const tracing = createTracing(task.plan, task.plan.shard)
  const drivers = createDrivers(task.plan, { code, clock, tracing })
  const variables = createVariables(task)
  const program = compileProgram(plan, drivers, code)

  const started = once(task.port, 'message') as Promise<[StartShard]>
  send({ kind: 'ready' })
  const [{ startMachineMs }] = await started
  const startMs = startMachineMs - clock.epochMs

  const usesCode = plan.login === 'code' || plan.journeys.some((journey) => journey.steps === null)
  const counters = new Float64Array(task.counters)
  const recorder = createRecorder(task, startMs, tracing?.prefix ?? null, (announcement) =>
    send({ kind: 'memory', announcement }),
  )
  const engine = new ShardEngine({
    plan,
    program,
    demand: createDemand(task.plan),
    agents: shareOf(plan.workload.agents, task.plan),
    recorder,
    counters,
    variables,
    createContext: usesCode
      ? createJourneyContexts({ drivers, variables, plan, setupValue: task.plan.setupValue })
      : null,
    clock,
    startMs,
    onCodeError: firstOnly((message) => send({ kind: 'code-error', message })),
  })
  const stopWatching = watchHealth(counters, clock, plan.precision)
  const stopPolling = followControl(new Int32Array(task.control), engine, plan, clock)
  const stopSending = clock.every(FAILURES_SEND_MS, () => recorder.sendFailures())
  await engine.run()
  stopSending()
  recorder.sendFailures()
  stopPolling()
  stopWatching()
  await Promise.all([...drivers.values()].map((driver) => driver.close()))
  task.port.close()
}

/** @param startMs run start in this thread's milliseconds @param tracePrefix of the shard's trace ids; null when requests are not traced */
function createRecorder(
  { plan: { plan }, secrets }: ShardTask,
  startMs: number,
  tracePrefix: string | null,
  announce: Announce,
): Recorder {
  const mask = createMask(secrets)
  return new Recorder(
    plan.phases.map(({ name, endMs, measured }) => ({ name, endMs: startMs + endMs, measured })),
    {
      announce,
      bounds: objectiveBounds(plan.objectives),
      startMs,
      tracePrefix,
      nameOf: recordedNames(plan, mask),
      mask,
    },
  )
}

/**
 * Creates the function that masks names. Names in the plan are recorded unchanged, because its objectives refer to them; a secret
 * in one is masked on output. Any other name comes from code or a server, and a secret in it is masked here, before any snapshot.
 */
function recordedNames(plan: RunPlan, mask: MaskText): (name: string) => string {
  const planned = planNames(plan)
  return (name) => (planned.has(name) ? name : mask(name))
}

function createVariables({ plan: share, secrets }: ShardTask): VariableStore {
  const { plan, shard, shardCount } = share
  const feeders = Object.entries(plan.feeders).map(
    ([name, feeder]) => [name, createFeeder(name, feeder, { seed: plan.seed, shard, shardCount })] as const,
  )
  return new VariableStore(new Map(feeders), new Map(Object.entries(secrets)), usesVariables(plan))
}

/** Returns true when any request text holds a `{{variable}}`. */
function usesVariables(plan: RunPlan): boolean {
  return JSON.stringify([plan.journeys, plan.login, plan.targets]).includes('{{')
}

function createDemand({ plan, shard, shardCount }: ShardPlan): Demand {
  const { workload, seed } = plan
  if (workload.model === 'open')
    return { model: 'open', arrivals: createArrivals({ workload, seed, shard, shardCount }) }
  const curve = compileCurve(workload.curve)
  return {
    model: 'closed',
    agentsAt: (atMs) => localAgentsAt(curve, atMs, shard, shardCount),
    identityOf: (agent) => shard + agent * shardCount,
  }
}

/** Follows the control state in shared memory, read a hundred times a second. */
function followControl(control: Int32Array, engine: ShardEngine, plan: RunPlan, clock: Clock): () => void {
  let followed: number = CONTROL.run
  return clock.every(CONTROL_POLL_MS, () => {
    const wish = Atomics.load(control, 0)
    if (wish === followed) return
    followed = wish
    engine.stop(wish === CONTROL.abort ? 0 : plan.drainMs)
  })
}

function firstOnly(tell: (message: string) => void): (message: string) => void {
  let told = false
  return (message) => {
    if (!told) tell(message)
    told = true
  }
}
