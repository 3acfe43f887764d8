/** Drives the load: shards on threads, snapshots merged every second, resources sampled, a record at the end. */
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { isInterrupted, type StopRequest } from '../../base/stop-request.ts'
import { SnapshotMerger } from '../../cluster/merge-snapshots.ts'
import { runSetupPart } from '../../cluster/setup.ts'
import { startShards } from '../../cluster/thread-shards.ts'
import type { ObjectiveEvent, Stop } from '../../model/enforcement.ts'
import type { IntervalSnapshot } from '../../model/interval-snapshot.ts'
import type { MergedInterval } from '../../model/merged-interval.ts'
import type { RunPlan, ShardPlan } from '../../model/plan.ts'
import type { RunIdentity, RunRecord } from '../../model/run-record.ts'
import type { Host } from '../../ports/host.ts'
import { fillSecrets } from '../../scenario/secrets.ts'
import type { RunFolder } from '../../store/run-folder.ts'
import type { RunJournalEntry } from '../../store/run-journal.ts'
import { Enforcement, type EnforcementRequest } from './enforcement.ts'
import { describeEnvironment } from './environment.ts'
import type { PreparedPlan } from './prepare.ts'
import { measuredOf } from './record-parts.ts'
import { watchResources } from './resources.ts'
import { createRunMask, type RunMask } from './run-mask.ts'

/** Told what happens while load runs. */
export interface RunObserver {
  /** Once a second; `snapshots` are what the interval was merged from. */
  onInterval(interval: MergedInterval, plan: RunPlan, snapshots: readonly IntervalSnapshot[]): void
  /** An objective changed its state. */
  onEvent(event: ObjectiveEvent): void
  /** A line about something that is not a figure. */
  onNote(message: string): void
}

/** What a run is enforced with. */
export type Enforcing = Pick<
  EnforcementRequest,
  'store' | 'bus' | 'isWatching' | 'unheeded' | 'isArmed' | 'alerting'
>

export interface ExecuteRequest {
  readonly runId: string
  readonly correlationId: string
  readonly prepared: PreparedPlan
  /** The plan with live targets. */
  readonly plan: RunPlan
  readonly pids: readonly number[]
  readonly threads: number
  readonly secrets: Readonly<Record<string, string>>
  readonly folder: RunFolder
  readonly host: Host
  readonly observer: RunObserver
  /** Null: the load is only measured. */
  readonly enforcing: Enforcing | null
  readonly stop: StopRequest
}

/**
 * Runs the whole plan, or until it is asked to stop; ends in a record of what was measured.
 * @throws HarnessError SETUP_FAILED, SCENARIO_*, and INTERRUPTED when it was asked to stop before load began
 */
export async function executeRun(request: ExecuteRequest): Promise<RunRecord> {
  const { plan, secrets, observer, stop, host, folder } = request
  const mask = createRunMask(secrets, plan)
  const { notes, note } = createNotes(mask, observer)
  const journal = (entry: RunJournalEntry) => folder.journal(mask.data(entry))
  const share = (setupValue: unknown): ShardPlan => ({
    runId: request.runId,
    plan,
    module: request.prepared.module,
    shard: 0,
    shardCount: 1,
    setupValue,
    correlationId: request.correlationId,
  })
  const setupValue = plan.setup
    ? await runSetupPart('setup', share(undefined), secrets, stop.signal)
    : undefined
  const tearDown = () => runTeardown(share(setupValue), secrets, stop, note)
  let loaded: LoadedRun
  try {
    loaded = await load(request, setupValue, { note, journal, mask })
  } catch (error) {
    // No load began, but what setup made is there.
    if (plan.setup && plan.teardown) await tearDown()
    throw error
  }
  if (plan.teardown) await tearDown()
  return { ...loaded, finishedAt: isoOf(host.clock.wallMs()), notes }
}

/** What the load left, before the teardown. */
type LoadedRun = Omit<RunRecord, 'finishedAt' | 'notes'>

/** What leaves a run while load goes on, without secrets. */
interface Outlets {
  readonly note: (message: string) => void
  /** Null, or why it could not be written. */
  readonly journal: (entry: RunJournalEntry) => string | null
  readonly mask: RunMask
}

/** From the start of the threads to the end of the last one. */
async function load(request: ExecuteRequest, setupValue: unknown, outlets: Outlets): Promise<LoadedRun> {
  const { runId, correlationId, prepared, plan, threads, secrets, host, observer, stop } = request
  const { note, journal } = outlets
  const { clock } = host
  const startedAt = isoOf(clock.wallMs())
  const identity = identityOf(request)
  journal({ kind: 'start', startedAt, identity })

  const merger = new SnapshotMerger()
  const resources = watchResources(
    { pids: request.pids, probes: fillSecrets(plan.probes, secrets), note },
    clock,
  )
  const shards = await startShards({
    runId,
    plan,
    module: prepared.module,
    threads,
    secrets,
    setupValue,
    correlationId,
    clock,
    giveUp: stop.signal,
    onInterval(snapshots) {
      const startMs = Math.min(...snapshots.map((snapshot) => snapshot.startMs))
      const phase = phaseAt(plan, startMs)
      const used = resources.take()
      const interval = merger.add(snapshots, phase, used)
      const failure = journal({ kind: 'interval', snapshots, phase, used })
      if (failure !== null) note(`the journal could not be written: ${failure}; the run goes on`)
      observer.onInterval(interval, plan, snapshots)
      if (stop.level === 'none') enforcement?.observe(snapshots, interval, (of) => merger.view(of))
    },
  }).catch((error: unknown) => {
    resources.stop()
    throw error
  })
  const enforcement = enforce(request, (mode) => shards.stop(mode), outlets)
  const forgetPresses = stop.onPress((level) => {
    shards.stop(level)
    note(
      level === 'drain'
        ? 'interrupted: no new work, requests in flight may finish (again to give up at once)'
        : 'interrupted again: giving up',
    )
  })
  const end = await shards.ended
  forgetPresses()
  const wasStopped = stop.level !== 'none'
  await enforcement?.close()
  resources.stop()
  for (const shard of end.shards) if (shard.message !== null) note(`shard ${shard.shard}: ${shard.message}`)

  return {
    ...identity,
    status: statusOf(enforcement?.record.stop ?? null, wasStopped),
    startedAt,
    loadMs: end.loadMs,
    ...measuredOf(merger, plan, end.loadMs),
    shards: [...end.shards],
    generator: resources.totals(),
    enforcement: enforcement?.record ?? null,
    rollback: null,
    visuals: [],
  }
}

/** Begins to watch the objectives, where the run is to be enforced. */
function enforce(
  { plan, runId, correlationId, host, observer, enforcing }: ExecuteRequest,
  stopLoad: (mode: 'drain' | 'abort') => void,
  { note, journal, mask }: Outlets,
): Enforcement | null {
  if (enforcing === null) return null
  return new Enforcement({
    ...enforcing,
    plan,
    source: { runId, scenario: plan.scenario, correlationId },
    clock: host.clock,
    mask,
    stop(stop, mode) {
      stopLoad(mode)
      note(`load is ended: ${stop.reason}`)
    },
    onEvent(event) {
      journal({ kind: 'event', event })
      observer.onEvent(event)
    },
    note,
  })
}

function statusOf(stop: Stop | null, wasStopped: boolean): RunRecord['status'] {
  if (stop === null) return wasStopped ? 'interrupted' : 'complete'
  return stop.by === 'objective' || stop.by === 'rollback' ? 'aborted' : 'halted'
}

/** Things said once, without secrets: to whoever watches, and in the record. */
function createNotes(mask: RunMask, observer: RunObserver) {
  const notes: string[] = []
  const note = (message: string) => {
    const text = mask.text(message)
    if (notes.includes(text)) return
    notes.push(text)
    observer.onNote(text)
  }
  return { notes, note }
}

function identityOf({ runId, correlationId, plan, prepared, threads, host }: ExecuteRequest): RunIdentity {
  return {
    schemaVersion: 1,
    runId,
    scenario: plan.scenario,
    correlationId,
    seed: plan.seed,
    threads,
    planHash: prepared.planHash,
    loadHash: prepared.loadHash,
    scenarioHash: prepared.scenarioHash,
    scenarioFile: prepared.scenarioFile,
    plan,
    environment: describeEnvironment(host.env),
    driver: plan.precision === 'high' ? 'spin' : 'timer',
  }
}

/** Phase that holds an instant; the last one after the end. */
function phaseAt(plan: RunPlan, atMs: number): string {
  const phase = plan.phases.find(({ endMs }) => atMs < endMs) ?? plan.phases[plan.phases.length - 1]
  return phase?.name ?? ''
}

async function runTeardown(
  share: ShardPlan,
  secrets: ExecuteRequest['secrets'],
  stop: StopRequest,
  note: (message: string) => void,
): Promise<void> {
  const forgetPresses = stop.onPress((level) => {
    if (level === 'drain') note('interrupted: the teardown may end (again to give it up)')
  })
  try {
    await runSetupPart('teardown', share, secrets, stop.abortSignal)
  } catch (error) {
    // What was measured stands; the reader is told that something may have been left behind.
    note(isInterrupted(error) ? 'teardown was given up: what setup made may be left' : messageOf(error))
  } finally {
    forgetPresses()
  }
}
