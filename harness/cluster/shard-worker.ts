/** Entry of a shard's thread: builds the engine from the plan, reports ready, starts on command, walks the plan. */
import { type CancelTimer, type Clock, createSystemClock } from '../base/clock.ts'
import { renewSecret } from '../base/renewed-secrets.ts'
import { createMask, type MaskText } from '../base/secret-mask.ts'
import { createFeeder } from '../engine/feeder.ts'
import { watchHealth } from '../engine/health.ts'
import type { Announce } from '../engine/memory-announcement.ts'
import { Recorder } from '../engine/recorder.ts'
import { ShardEngine, type ShardEngineOptions } from '../engine/shard-engine.ts'
import { count, SHARD_COLUMN } from '../engine/shard-memory.ts'
import { Slos } from '../engine/slos.ts'
import { RecordedEvents } from '../engine/target-events.ts'
import { VariableStore } from '../engine/variables.ts'
import { hasCode, type RunPlan } from '../model/plan.ts'
import { placesOf } from '../model/plan-load.ts'
import { planNames } from '../model/plan-names.ts'
import type { TrialEvent } from '../model/tried-request.ts'
import { turnAuthorOutput } from '../system/author-output.ts'
import { compileProgram } from './compile-program.ts'
import { createDrivers, createTracing, type Drivers } from './create-drivers.ts'
import { guardPlugins } from './guard-plugins.ts'
import { createJourneyContexts } from './journey-context.ts'
import { leaseClock } from './lease-clock.ts'
import { channelsOf } from './ledgers.ts'
import { objectiveBounds } from './objective-bounds.ts'
import { createCalls } from './placed-calls.ts'
import { loadCode } from './scenario-code.ts'
import { CONTROL, type FromShard, type ShardTask, type StartShard, type ToShard } from './shard-protocol.ts'
import type { TrialWatchParts } from './trial-watch.ts'
import { workloadShares } from './workload-shares.ts'

const CONTROL_POLL_MS = 10
const NOTED_SEND_MS = 500
const HEARTBEAT_MS = 100

/** Runs one shard to its end. Rejects when the scenario module or a driver cannot be set up. */
export async function runShard(task: ShardTask): Promise<void> {
  turnAuthorOutput()
  const clock = createSystemClock()
  const send = (message: FromShard) => task.port.postMessage(message)
  const tell = (event: TrialEvent) => send({ kind: 'tried', event })
  const { plan } = task.plan
  const code = await loadCode(task.plan)
  const tracing = createTracing(task.plan, task.plan.shard)
  const events = new RecordedEvents(clock)
  const channels = channelsOf(task.ledgers, task.plan, { clock, events })
  const { secrets } = task
  const drivers = await createDrivers(task.plan, { code, clock, tracing, events, secrets, channels })
  const onCodeError = firstOnly((message) => send({ kind: 'code-error', message }))
  guardPlugins(plan, drivers, clock, onCodeError)
  const variables = createVariables(task, clock)
  const program = compileProgram(plan, drivers, code, task.isTrial)

  await Promise.all([...drivers.values()].map((driver) => driver.ready?.()))
  const started = startOf(task)
  send({ kind: 'ready' })
  const { startMachineMs } = await started
  const startMs = startMachineMs - clock.epochMs

  const counters = new Float64Array(task.counters)
  const recorder = createRecorder(task, startMs, tracing?.prefix ?? null, (announcement) =>
    send({ kind: 'memory', announcement }),
  )
  events.begin(recorder)
  const engine: ShardEngine = new ShardEngine({
    plan,
    program,
    shares: workloadShares(task.plan, counters, task.workloads),
    recorder,
    counters,
    variables,
    createContext: hasCode(plan)
      ? createJourneyContexts({ drivers, variables, plan, setupValue: task.plan.setupValue })
      : null,
    clock: task.lease === null ? clock : leaseClock(clock, task.lease, () => engine.stop(plan.drainMs)),
    startMs,
    onCodeError,
    onSpent: (atMs) => send({ kind: 'spent', atMs }),
    ...(task.isTrial ? await watched({ plan, program, drivers, clock, startMs, tell }) : {}),
  })
  const stopWatching = watchHealth(counters, clock, plan.precision)
  const control = new Int32Array(task.control)
  const stopPolling = followControl(control, engine, plan, clock)
  const stopSending = clock.every(NOTED_SEND_MS, () => recorder.sendNoted())
  await engine.run()
  await quiesce(drivers, { drainMs: plan.drainMs, counters, control, clock })
  stopSending()
  recorder.sendNoted()
  stopPolling()
  stopWatching()
  await Promise.all([...drivers.values()].map((driver) => driver.close()))
  task.port.close()
}

/** Loads what only trials need. */
async function watched(
  parts: TrialWatchParts,
): Promise<Pick<ShardEngineOptions, 'createRequests' | 'flowWatcher'>> {
  const { TrialWatch } = await import('./trial-watch.ts')
  const { WatchedRequests } = await import('../engine/watched-requests.ts')
  return {
    createRequests: (options) => new WatchedRequests(options, new TrialWatch(parts, options.agents)),
    flowWatcher: { decided: (question, answer) => parts.tell({ kind: 'decision', question, answer }) },
  }
}

/** Resolves with the start command, and takes every renewed secret until the port is closed. */
function startOf({ port, secrets }: ShardTask): Promise<StartShard> {
  return new Promise((resolve) => {
    port.on('message', (message: ToShard) => {
      if (message.kind === 'start') resolve(message)
      else renewSecret(secrets, message.name, message.value)
    })
  })
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
      slos: plan.slos === undefined ? null : new Slos(plan.slos),
      startMs,
      tracePrefix,
      nameOf: recordedNames(plan, mask),
      mask,
      places: placesOf(plan),
    },
  )
}

interface QuiesceParts {
  readonly drainMs: number
  readonly counters: Float64Array
  readonly control: Int32Array
  readonly clock: Clock
}

/** Waits for what targets still expect after the load, unless the load is aborted. Meanwhile the shard is not stuck. */
async function quiesce(drivers: Drivers, { drainMs, counters, control, clock }: QuiesceParts): Promise<void> {
  const deadlineMs = clock.nowMs() + drainMs
  let stopBeating: CancelTimer = () => undefined
  const aborted = new Promise<void>((resolve) => {
    stopBeating = clock.every(HEARTBEAT_MS, () => {
      count(counters, SHARD_COLUMN.heartbeat)
      if (Atomics.load(control, 0) === CONTROL.abort) resolve()
    })
  })
  const quiet = Promise.all([...drivers.values()].map((driver) => driver.quiesce?.(deadlineMs)))
  await Promise.race([quiet, aborted])
  stopBeating()
}

/**
 * Creates the function that masks names. Names in the plan are recorded unchanged, because its objectives refer to them; a secret
 * in one is masked on output. Any other name comes from code or a server, and a secret in it is masked here, before any snapshot.
 */
function recordedNames(plan: RunPlan, mask: MaskText): (name: string) => string {
  const planned = planNames(plan)
  return (name) => (planned.has(name) ? name : mask(name))
}

function createVariables({ plan: { plan }, secrets, takenRows }: ShardTask, clock: Clock): VariableStore {
  const taken = new Uint32Array(takenRows)
  const feeders = Object.entries(plan.feeders).map(
    ([name, feeder], index) => [name, createFeeder(name, feeder, { seed: plan.seed, taken, index })] as const,
  )
  const calls = createCalls(plan, clock, taken.subarray(feeders.length))
  return new VariableStore(new Map(feeders), secrets, usesVariables(plan), calls)
}

/** Returns true when any request text holds a `{{variable}}`, or a condition asks for one. */
function usesVariables(plan: RunPlan): boolean {
  return /\{\{|"variable":/.test(JSON.stringify([plan.journeys, plan.login, plan.targets]))
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
