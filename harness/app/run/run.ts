/**
 * A run, in order:
 *   1 prepare   load the scenario, resolve it into a plan, launch targets, preflight
 *   2 execute   shards walk agents through journeys; every second their snapshots are merged; pictures are looked at
 *   3 judge     comparison, then validity, objectives and verdict: pure, and once
 *   4 publish   record, verdict and reports into the run's folder
 *   5 act       on NO-GO alerts and the rollback; what became of them is appended, and the history told
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { TaskCancelledError } from 'cockatiel'
import { emptyComparison } from '../../analysis/comparison/compare-runs.ts'
import { judge, withRollback } from '../../analysis/judge.ts'
import { longWaitNotes } from '../../analysis/long-waits.ts'
import { provabilityOf } from '../../analysis/provability.ts'
import { verdictAlert } from '../../analysis/verdict-alert.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { resilient } from '../../base/resilience.ts'
import { isInterrupted, type StopRequest, unlessStopped, untilNextPress } from '../../base/stop-request.ts'
import { formatDurationMs } from '../../base/units.ts'
import type { Alert } from '../../model/alert.ts'
import type { Baseline } from '../../model/baseline.ts'
import type { Comparison } from '../../model/comparison.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { createRunFolder } from '../../store/run-folder.ts'
import { demandText } from '../../text/demand-text.ts'
import { type Comparer, comparedBaseline } from '../compare/compare.ts'
import { DEFAULT_REPORTS } from '../reports/documents.ts'
import { lineOfOthers } from '../rollback/deploy-lock.ts'
import type { StepListener } from '../rollback/request.ts'
import { type RollBackParts, rollBackRun } from '../rollback/roll-back-run.ts'
import { historyRunOf, withHistory } from '../serve/history.ts'
import { measureRun } from '../visuals/run-visuals.ts'
import { readEmergency, STATE_FILE, withState } from './emergency.ts'
import type { RunObserver } from './execute.ts'
import {
  defaultThreads,
  type LaunchedTargets,
  launchTargets,
  lookBeforeLoad,
  type PreparedPlan,
  preparePlan,
  requireClear,
} from './prepare.ts'
import { type Published, publishRun } from './publish.ts'
import { type Enforce, type Guard, openGuard } from './run-controls.ts'
import { createRunMask } from './run-mask.ts'
import { createShelter, type Shelter } from './safe-observer.ts'

/** For a run to be written into the history. */
const HISTORY_MS_MAX = 10_000

export interface RunRequest {
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  /** Null: cores - 1, at least 1. */
  readonly threads: number | null
  /** Folder for reports. */
  readonly outDir: string
  /** Names of the reports besides record and verdict. */
  readonly reports: readonly string[]
  /** Folder of the baselines, for reports to show the one that was compared with; absent where nothing is compared. */
  readonly baselines?: string
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
  readonly history: HistoryRef | null
  /** Null: with nothing. */
  readonly compare: Comparer | null
  /** Where state is shared: a file, or `redis://...`. A halt that stands there blocks the run. */
  readonly state: string
  /** `watch`: breaches end the load, and that is all. Null: it is only measured, and ended by nothing but a halt. */
  readonly enforce: Enforce | null
  /** Told of the verdict as soon as it stands and is on disk: before history and alerts are waited for. */
  readonly onJudged: ((finished: FinishedRun) => Promise<void>) | null
  readonly stop: StopRequest
}

/** What a run is asked for that is a measurement and nothing else. */
export const MEASURE_ONLY = {
  reports: DEFAULT_REPORTS,
  strict: false,
  compare: null,
  history: null,
  state: STATE_FILE,
  enforce: null,
  onJudged: null,
} as const satisfies Partial<RunRequest>

/** Told what a run is about to do, besides what happens while load runs. */
export interface RunProgress extends RunObserver {
  /** First of all: which run it is, and what may appear nowhere. */
  onBegin(
    run: { readonly runId: string; readonly correlationId: string },
    secrets: Readonly<Record<string, string>>,
  ): void
  onPrepared(plan: RunPlan, threads: number, findings: readonly PreflightFinding[]): void
  readonly onStep: StepListener
  onAlert(alert: Alert): void
}

/** Where runs are remembered; null: nowhere. */
export interface HistoryRef {
  /** File, or `postgres://...`. */
  readonly store: string
  readonly build: string | null
}

export interface FinishedRun {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** Paths of its files by name. */
  readonly files: Readonly<Record<string, string>>
  /** What could not be written, for people. */
  readonly failures: readonly string[]
}

/** Runs a scenario to its verdict. @throws HarnessError when no load could be sent; INTERRUPTED when it was asked to stop before */
export function runScenario(request: RunRequest, host: Host, progress: RunProgress): Promise<FinishedRun> {
  const told = sheltered(
    progress,
    createShelter((text) => host.stderr.write(`${text}\n`)),
  )
  return withState(request.state, host, (store) => runWithState(request, store, host, told))
}

/** A run that is part of a comparison has to be whole. @throws HarnessError INTERRUPTED when its load was cut short */
export function requireWhole(finished: FinishedRun): FinishedRun {
  const { status, runId } = finished.record
  if (status === 'interrupted') throw new HarnessError('INTERRUPTED', `run ${runId} was cut short`)
  return finished
}

function sheltered(progress: RunProgress, shelter: Shelter): RunProgress {
  return {
    onBegin: shelter((...args) => progress.onBegin(...args)),
    onPrepared: shelter((...args) => progress.onPrepared(...args)),
    onInterval: shelter((...args) => progress.onInterval(...args)),
    onEvent: shelter((...args) => progress.onEvent(...args)),
    onStep: shelter((...args) => progress.onStep(...args)),
    onAlert: shelter((...args) => progress.onAlert(...args)),
    onNote: shelter((...args) => progress.onNote(...args)),
  }
}

async function runWithState(
  request: RunRequest,
  store: StateStore,
  host: Host,
  progress: RunProgress,
): Promise<FinishedRun> {
  const { signal } = request.stop
  const prepared = await unlessStopped(signal, 'while the scenario was loaded', () =>
    preparePlan(request.source, request.overrides, host),
  )
  await request.compare?.require(prepared.plan)
  const threads = request.threads ?? defaultThreads(prepared.plan, host)
  const targets = await launchTargets(prepared.plan, host, signal)
  try {
    const { plan } = targets
    const looks = [() => readEmergency(store), () => lineOfOthers(store)] as const
    const findings = await unlessStopped(signal, 'during preflight', () =>
      lookBeforeLoad(plan, threads, request.outDir, host, ...looks),
    )
    requireClear(findings)
    const secrets = resolveSecrets(plan.secrets, host.env)
    const identity = createIdentity(host)
    progress.onBegin(identity, secrets)
    progress.onPrepared(plan, threads, findings)
    for (const note of [...unprovable(plan), ...longWaitNotes(plan)]) progress.onNote(note)
    const { enforce, state: location } = request
    const { onNote: note, onAlert } = progress
    const guarded = { plan, secrets, store, location, host, note, onAlert, giveUp: request.stop.abortSignal }
    const guard = await openGuard({ ...guarded, enforce })
    try {
      return await runPrepared({
        request,
        identity,
        prepared,
        threads,
        targets,
        secrets,
        guard,
        host,
        progress,
      })
    } finally {
      await guard.close()
    }
  } finally {
    await targets.stop()
  }
}

interface PreparedRun {
  readonly request: RunRequest
  readonly identity: { readonly runId: string; readonly correlationId: string }
  readonly prepared: PreparedPlan
  readonly threads: number
  readonly targets: LaunchedTargets
  readonly secrets: Readonly<Record<string, string>>
  readonly guard: Guard
  readonly host: Host
  readonly progress: RunProgress
}

/** From the first request to the last report. */
async function runPrepared(run: PreparedRun): Promise<FinishedRun> {
  const { request, identity, prepared, threads, targets, secrets, guard, host, progress } = run
  const { plan, pids } = targets
  const folder = await createRunFolder(resolve(host.cwd, request.outDir), plan.scenario, identity.runId)
  const { stop } = request
  try {
    const measured = await measureRun({
      ...identity,
      prepared,
      plan,
      pids,
      threads,
      secrets,
      folder,
      host,
      observer: progress,
      enforcing: guard,
      stop,
    })
    const comparison = await compared(measured, request.compare)
    const baseline = await shownBaseline(run, measured, comparison)
    const mask = createRunMask(secrets, plan)
    const publish: Publish = (record, judged) =>
      publishRun(record, judged, { folder, cwd: host.cwd, mask, reports: request.reports, baseline })
    const first = await publish(measured, judge(measured, { strict: request.strict, comparison }))
    const { onStep, onNote: note } = progress
    const { verdict } = first
    const parts = { request, measured, verdict, targets, secrets, folder, host, stop, onStep, note }
    const isActing = request.enforce !== null && request.enforce !== 'watch'
    const judged = isActing ? await acted({ ...parts, guard }, first, publish) : first
    await request.onJudged?.(judged)
    const finished = isActing ? await told(judged, guard, publish) : judged
    for (const failure of finished.failures) note(failure)
    if (request.history !== null) await remember(finished, request.history, host, stop, note)
    return finished
  } catch (error) {
    // No load was sent: there is nothing to keep.
    if (isInterrupted(error)) await folder.remove()
    throw error
  } finally {
    folder.close()
  }
}

type Publish = (measured: RunRecord, judged: Verdict) => Promise<Published>

/** What is done about a NO-GO; published again with what became of it. What was measured is safe by then. */
async function acted(
  parts: RollBackParts & { readonly guard: Guard },
  first: Published,
  publish: Publish,
): Promise<Published> {
  const { measured, verdict, guard, host } = parts
  const alert = verdictAlert(measured, verdict, isoOf(host.clock.wallMs()))
  if (alert !== null) guard.alerting.raise(alert)
  const rollback = await rollBackRun(parts)
  if (rollback === null) return first
  return await publish({ ...measured, rollback }, withRollback(first.judged, rollback))
}

/** Waits until everybody is told, or cannot be; published again with what became of it. The verdict stands by then. */
async function told(published: Published, guard: Guard, publish: Publish): Promise<Published> {
  const alerts = await guard.close()
  const { measured } = published
  if (measured.enforcement === null) return published
  const enforcement = { ...measured.enforcement, alerts }
  return await publish({ ...measured, enforcement }, { ...published.judged, enforcement })
}

/** What was measured is published whatever becomes of the comparison: one that fails is the verdict's to say. */
async function compared(record: RunRecord, compare: RunRequest['compare']): Promise<Comparison | null> {
  // A run that was cut short is compared with nothing, and no further run is made beside it.
  if (compare === null || record.status !== 'complete') return null
  try {
    return await compare.compare(record)
  } catch (error) {
    const why = isInterrupted(error) ? 'was cut short' : 'failed'
    return emptyComparison(null, 'invalid', `the comparison ${why}: ${messageOf(error)}`, [])
  }
}

/** Reports are made without a baseline that cannot be read any more: what was compared is in the verdict. */
async function shownBaseline(
  { request, host, progress }: PreparedRun,
  measured: RunRecord,
  comparison: Comparison | null,
): Promise<Baseline | null> {
  try {
    return await comparedBaseline(measured, comparison, request.baselines, host.cwd)
  } catch (error) {
    progress.onNote(`the reports do not show the baseline: ${messageOf(error)}`)
    return null
  }
}

/** A history that cannot be written is said, and does not undo the verdict; a press while it is waited for gives it up. */
async function remember(
  { record, verdict }: FinishedRun,
  { store, build }: HistoryRef,
  host: Host,
  stop: StopRequest,
  note: (message: string) => void,
): Promise<void> {
  try {
    const limit = resilient({ attempts: 1, timeoutMs: HISTORY_MS_MAX, pauseMs: 0, breaker: null })
    await untilNextPress(stop, 'while the history was written', () =>
      limit.execute(() =>
        withHistory(store, host.cwd, (history) => history.add(historyRunOf(record, verdict, build))),
      ),
    )
  } catch (error) {
    note(`the run is not in the history: ${whyNot(error)}`)
  }
}

function whyNot(error: unknown): string {
  if (isInterrupted(error)) return 'interrupted'
  return error instanceof TaskCancelledError
    ? `it did not answer within ${formatDurationMs(HISTORY_MS_MAX)}`
    : messageOf(error)
}

/** Objectives that this run cannot prove, however well it goes. */
function unprovable(plan: RunPlan): string[] {
  return provabilityOf(plan).flatMap(({ planned, atLeast, ...demand }) =>
    planned === null || planned >= atLeast
      ? []
      : [
          `${demandText(demand)} cannot be proven by ${planned} requests: at least ${atLeast} are needed (proofload plan-samples)`,
        ],
  )
}

/** `20261121-093005-4f2a` sorts by time and is unique enough on one machine. The correlation id may come from whoever starts the run. */
function createIdentity({ clock, env }: Host): { readonly runId: string; readonly correlationId: string } {
  const [day = '', time = ''] = isoOf(clock.wallMs()).split('T')
  const runId = `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
  return { runId, correlationId: env['PROOFLOAD_CORRELATION_ID'] || randomUUID() }
}
