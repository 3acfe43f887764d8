/**
 * A run, in order:
 *   1 prepare   load the scenario, resolve it into a plan, launch targets, preflight
 *   2 execute   shards walk agents through journeys; every second their snapshots are merged
 *   3 judge     validity, objectives, comparison, verdict (pure)
 *   4 publish   record, verdict and reports into the run's folder
 */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { emptyComparison } from '../analysis/comparison/compare-runs.ts'
import { judge } from '../analysis/judge.ts'
import { provabilityOf } from '../analysis/provability.ts'
import { isoOf } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Comparison } from '../model/comparison.ts'
import type { RunPlan } from '../model/plan.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import type { PreflightFinding } from '../ports/preflight.ts'
import type { Overrides } from '../scenario/overrides.ts'
import { redact, resolveSecrets } from '../scenario/secrets.ts'
import { createRunFolder } from '../store/run-folder.ts'
import { executeRun, type RunObserver } from './execute.ts'
import { historyRunOf, withHistory } from './history.ts'
import { defaultThreads, launchTargets, lookBeforeLoad, preparePlan, requireClear } from './prepare.ts'
import { publishRun } from './publish.ts'

export interface RunRequest {
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  /** Null: cores - 1, at least 1. */
  readonly threads: number | null
  /** Folder for reports. */
  readonly outDir: string
  /** Cautions make the verdict INCONCLUSIVE. */
  readonly strict: boolean
  /** Compares what was measured with other runs before it is judged; null for nothing. */
  readonly history: HistoryRef | null
  readonly compare: ((record: RunRecord) => Promise<Comparison | null>) | null
}

/** Told what a run is about to do, besides what happens while load runs. */
export interface RunProgress extends RunObserver {
  onPrepared(plan: RunPlan, threads: number, findings: readonly PreflightFinding[]): void
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
}

/** Runs a scenario to its verdict. @throws HarnessError when no load could be sent */
export async function runScenario(
  request: RunRequest,
  host: Host,
  progress: RunProgress,
): Promise<FinishedRun> {
  const prepared = await preparePlan(request.source, request.overrides, host)
  const threads = request.threads ?? defaultThreads(prepared.plan, host)
  const runId = createRunId(host)
  const targets = await launchTargets(prepared.plan, host)
  let forgetSignals: () => void = () => undefined
  try {
    const findings = await lookBeforeLoad(targets.plan, threads, request.outDir, host)
    requireClear(findings)
    const secrets = resolveSecrets(prepared.plan.secrets, host.env)
    const folder = await createRunFolder(resolve(host.cwd, request.outDir), prepared.plan.scenario, runId)
    progress.onPrepared(targets.plan, threads, findings)
    for (const note of unprovable(targets.plan)) progress.onNote(note)
    // From here on there is something to lose: no signal ends the process before the record is written.
    forgetSignals = host.onSignal(() => undefined)
    const record = await executeRun({
      runId,
      prepared,
      plan: targets.plan,
      pids: targets.pids,
      threads,
      secrets,
      folder,
      host,
      observer: progress,
    })
    const comparison = await compared(record, request.compare)
    const { verdict, failures } = await publishRun(
      record,
      (files) => judge(record, { strict: request.strict, comparison, files }),
      folder,
      (text) => redact(text, secrets),
    )
    for (const failure of failures) progress.onNote(failure)
    if (request.history !== null) await remember(record, verdict, request.history, host, progress)
    return { record, verdict }
  } finally {
    forgetSignals()
    await targets.stop()
  }
}

/** What was measured is published whatever becomes of the comparison: one that fails is the verdict's to say. */
async function compared(record: RunRecord, compare: RunRequest['compare']): Promise<Comparison | null> {
  if (compare === null) return null
  try {
    return await compare(record)
  } catch (error) {
    return emptyComparison(null, 'invalid', `the comparison failed: ${messageOf(error)}`, [])
  }
}

/** A history that cannot be written is said, and does not undo the verdict. */
async function remember(
  record: RunRecord,
  verdict: Verdict,
  { store, build }: HistoryRef,
  host: Host,
  progress: RunProgress,
): Promise<void> {
  try {
    await withHistory(store, host.cwd, (history) => history.add(historyRunOf(record, verdict, build)))
  } catch (error) {
    progress.onNote(messageOf(error))
  }
}

/** Objectives that this run cannot prove, however well it goes. */
function unprovable(plan: RunPlan): string[] {
  return provabilityOf(plan).flatMap(({ expect, planned, atLeast }) =>
    planned === null || planned >= atLeast
      ? []
      : [
          `${expect} cannot be proven by ${planned} requests: at least ${atLeast} are needed (proofload plan-samples)`,
        ],
  )
}

/** `20261121-093005-4f2a`: sorts by time, unique enough on one machine. */
function createRunId(host: Host): string {
  const [day = '', time = ''] = isoOf(host.clock.wallMs()).split('T')
  return `${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(2).toString('hex')}`
}
