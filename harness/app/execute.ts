/** Drives the load: shards on threads, snapshots merged every second, resources sampled, a record at the end. */
import type { Clock } from '../base/clock.ts'
import { isoOf, sleep } from '../base/clock.ts'
import { type IntervalResources, SnapshotMerger } from '../cluster/merge-snapshots.ts'
import { runSetupPart } from '../cluster/setup.ts'
import { startShards } from '../cluster/thread-shards.ts'
import type { IntervalSnapshot } from '../model/interval-snapshot.ts'
import type { MergedInterval } from '../model/merged-interval.ts'
import type { RunPlan, ShardPlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Host } from '../ports/host.ts'
import { watchMachine } from '../probes/machine.ts'
import { watchProcess } from '../probes/process.ts'
import { redact } from '../scenario/secrets.ts'
import type { RunFolder } from '../store/run-folder.ts'
import { describeEnvironment } from './environment.ts'
import { measuredOf } from './measured.ts'
import type { PreparedPlan } from './prepare.ts'

/** What is known of a run before it runs. */
export type RunIdentity = Pick<
  RunRecord,
  | 'schemaVersion'
  | 'runId'
  | 'scenario'
  | 'seed'
  | 'threads'
  | 'planHash'
  | 'loadHash'
  | 'scenarioHash'
  | 'plan'
  | 'environment'
  | 'driver'
>

/** What is journalled: once who runs, then every interval as it was merged. */
export type JournalEntry =
  | { readonly kind: 'start'; readonly startedAt: string; readonly identity: RunIdentity }
  | {
      readonly kind: 'interval'
      readonly snapshots: readonly IntervalSnapshot[]
      readonly phase: string
      readonly used: IntervalResources
    }

/** Told what happens while load runs. */
export interface RunObserver {
  /** Once a second. */
  onInterval(interval: MergedInterval, plan: RunPlan): void
  /** A line about something that is not a figure. */
  onNote(message: string): void
}

export interface ExecuteRequest {
  readonly runId: string
  readonly prepared: PreparedPlan
  /** The plan with live targets. */
  readonly plan: RunPlan
  readonly pids: readonly number[]
  readonly threads: number
  readonly secrets: Readonly<Record<string, string>>
  readonly folder: RunFolder
  readonly host: Host
  readonly observer: RunObserver
}

/** Runs the whole plan, or until a signal; always ends in a record of what was measured. */
export async function executeRun(request: ExecuteRequest): Promise<RunRecord> {
  const { runId, prepared, plan, threads, secrets, folder, host, observer } = request
  const { clock } = host
  const { notes, note } = createNotes(secrets, observer)
  const share = (setupValue: unknown): ShardPlan => ({
    runId,
    plan,
    module: prepared.module,
    shard: 0,
    shardCount: 1,
    setupValue,
  })
  const setupValue = plan.setup ? await runSetupPart('setup', share(undefined), secrets) : undefined
  const startedAt = isoOf(clock.wallMs())
  const identity = identityOf(request)
  folder.journal({ kind: 'start', startedAt, identity } satisfies JournalEntry)

  const merger = new SnapshotMerger()
  const resources = watchResources(request.pids, clock)
  const shards = await startShards({
    runId,
    plan,
    module: prepared.module,
    threads,
    secrets,
    setupValue,
    clock,
    onInterval(snapshots) {
      const startMs = Math.min(...snapshots.map((snapshot) => snapshot.startMs))
      const phase = phaseAt(plan, startMs)
      const used = resources.take()
      const interval = merger.add(snapshots, phase, used)
      const failure = folder.journal({ kind: 'interval', snapshots, phase, used } satisfies JournalEntry)
      if (failure !== null) note(`the journal could not be written: ${failure}; the run goes on`)
      observer.onInterval(interval, plan)
    },
  })
  const interruption = followSignals(host, (mode) => {
    shards.stop(mode)
    note(
      mode === 'drain'
        ? 'interrupted: no new work, requests in flight may finish (again to give up at once)'
        : 'interrupted again: giving up',
    )
  })
  const end = await shards.ended
  interruption.stop()
  resources.stop()
  if (plan.teardown) await runTeardown(share(setupValue), secrets, note)
  for (const shard of end.shards) if (shard.message !== null) note(`shard ${shard.shard}: ${shard.message}`)

  return {
    ...identity,
    status: interruption.happened() ? 'interrupted' : 'complete',
    startedAt,
    finishedAt: isoOf(clock.wallMs()),
    loadMs: end.loadMs,
    ...measuredOf(merger, plan, end.loadMs),
    shards: [...end.shards],
    generator: resources.totals(),
    notes,
  }
}

/** Things said once, without secrets: to whoever watches, and in the record. */
function createNotes(secrets: ExecuteRequest['secrets'], observer: RunObserver) {
  const notes: string[] = []
  const note = (message: string) => {
    const text = redact(message, secrets)
    if (notes.includes(text)) return
    notes.push(text)
    observer.onNote(text)
  }
  return { notes, note }
}

function identityOf({ runId, plan, prepared, threads, host }: ExecuteRequest): RunIdentity {
  return {
    schemaVersion: 1,
    runId,
    scenario: plan.scenario,
    seed: plan.seed,
    threads,
    planHash: prepared.planHash,
    loadHash: prepared.loadHash,
    scenarioHash: prepared.scenarioHash,
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

/** First signal: drain. Second: abort. */
function followSignals(
  host: Host,
  stop: (mode: 'drain' | 'abort') => void,
): { happened(): boolean; stop(): void } {
  let signals = 0
  const forget = host.onSignal(() => {
    signals++
    stop(signals === 1 ? 'drain' : 'abort')
  })
  return { happened: () => signals > 0, stop: forget }
}

async function runTeardown(
  share: ShardPlan,
  secrets: ExecuteRequest['secrets'],
  note: (message: string) => void,
): Promise<void> {
  try {
    await runSetupPart('teardown', share, secrets)
  } catch (error) {
    // What was measured stands; the reader is told that something may have been left behind.
    note(error instanceof Error ? error.message : String(error))
  }
}

const TARGET_SAMPLE_MS = 1000

/** CPU and memory of this process and of the target's, by interval. */
function watchResources(pids: readonly number[], clock: Clock) {
  const startCpu = process.cpuUsage()
  let lastCpu = startCpu
  let lastMs = clock.nowMs()
  let maxRssBytes = 0
  const machine = watchMachine(clock)
  const watches = pids.map((pid) => watchProcess(pid, clock))
  let target: { cpuCores: number; rssBytes: number } | null = null
  let running = true
  const follow = async () => {
    while (running && watches.length > 0) {
      const samples = await Promise.all(watches.map((watch) => watch.sample()))
      const known = samples.filter((sample) => sample !== null)
      target =
        known.length === 0
          ? null
          : known.reduce((sum, sample) => ({
              cpuCores: sum.cpuCores + sample.cpuCores,
              rssBytes: sum.rssBytes + sample.rssBytes,
            }))
      await sleep(clock, TARGET_SAMPLE_MS)
    }
  }
  void follow()
  return {
    take() {
      const cpu = process.cpuUsage(lastCpu)
      const nowMs = clock.nowMs()
      const rssBytes = process.memoryUsage.rss()
      maxRssBytes = Math.max(maxRssBytes, rssBytes)
      const cpuCores = (cpu.user + cpu.system) / 1000 / Math.max(1, nowMs - lastMs)
      lastCpu = process.cpuUsage()
      lastMs = nowMs
      return { generator: { cpuCores, rssBytes, ...machine.sample() }, target }
    },
    totals() {
      const cpu = process.cpuUsage(startCpu)
      return {
        cpuS: (cpu.user + cpu.system) / 1e6,
        maxRssBytes: Math.max(maxRssBytes, process.memoryUsage.rss()),
      }
    },
    stop() {
      running = false
      for (const watch of watches) watch.stop()
    },
  }
}
