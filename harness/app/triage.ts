/**
 * Triage of a breach: takes the deploy lock, reproduces the breach, rolls back if it is reproducible, runs the scenario again,
 * and releases the lock. The outcome is a record, whatever happens in between.
 */
import { join } from 'node:path'
import { reproducedRatio, triageOutcome } from '../analysis/triage.ts'
import { isoOf } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { interrupted } from '../base/stop-request.ts'
import type { RollbackRecord } from '../model/rollback.ts'
import type { TriagedRun, TriageRecord } from '../model/triage.ts'
import type { Host } from '../ports/host.ts'
import { createRunFolder } from '../store/run-folder.ts'
import { processIdentity, userAtHost } from '../system/process-identity.ts'
import { decideRollback } from './rollback/decide-rollback.ts'
import { type RunContext, withChildContext, withRunContext } from './run/context.ts'
import { launchLoad, planLoad } from './run/launch-targets.ts'
import { openLoad } from './run/load-context.ts'
import { preparePlan } from './run/prepare.ts'
import type { RunProgress } from './run/progress.ts'
import type { FinishedRun } from './run/publish.ts'
import { MEASURE_ONLY, type RunSurroundings, type ScenarioRequest } from './run/request.ts'
import { runScenario } from './run/run.ts'
import { requireRollback } from './run/run-controls.ts'
import { createDeployLock } from './state/deploy-lock.ts'

export const TRIAGE_FILE = 'triage.json'

export interface TriageRequest extends ScenarioRequest, RunSurroundings {
  /** Number of runs that look for the breach. */
  readonly repeats: number
  /** Share of NO-GO repeats from which the system is put back. */
  readonly reproducedRatioMin: number
  readonly armRollback: boolean
}

/** Called after each run. */
export type TriageListener = (what: 'repeat' | 'gate', run: TriagedRun) => void

/**
 * Runs a triage. @throws HarnessError LINE_STOPPED when somebody else holds the deploy lock, INTERRUPTED before anything was
 * measured, and any error that prevents a run
 */
export function triage(
  request: TriageRequest,
  host: Host,
  progress: RunProgress,
  onRun: TriageListener,
): Promise<TriageRecord> {
  return withRunContext(request, host, progress, async (run) => {
    const { plan } = await preparePlan(request.source, request.overrides, host, request.stop.signal)
    if (request.armRollback) requireRollback(plan)
    const startedAt = isoOf(host.clock.wallMs())
    const triageId = `triage-${startedAt.replaceAll(/[-:]/g, '').slice(0, 15)}`
    const { correlationId } = run
    const lock = createDeployLock(run.store, host.clock, {
      ...processIdentity(process.pid),
      by: userAtHost(),
      runId: null,
      rollbackId: null,
      at: startedAt,
      reason: `${triageId} of ${plan.scenario}`,
      correlationId,
    })
    await lock.acquire()
    run.defer(() => lock.release())
    const startMs = host.clock.nowMs()
    const findings = await new Triage(request, run, progress, onRun).investigate()
    const record: TriageRecord = {
      schemaVersion: 1,
      triageId,
      scenario: plan.scenario,
      correlationId,
      startedAt,
      durationMs: host.clock.nowMs() - startMs,
      ...findings,
    }
    await write(record, run)
    return record
  })
}

type Findings = Omit<
  TriageRecord,
  'schemaVersion' | 'triageId' | 'scenario' | 'correlationId' | 'startedAt' | 'durationMs'
>

class Triage {
  readonly #request: TriageRequest
  readonly #context: RunContext
  readonly #progress: RunProgress
  readonly #onRun: TriageListener

  constructor(request: TriageRequest, context: RunContext, progress: RunProgress, onRun: TriageListener) {
    this.#request = request
    this.#context = context
    this.#progress = progress
    this.#onRun = onRun
  }

  async investigate(): Promise<Findings> {
    const { stop, repeats: count, reproducedRatioMin: ratioMin } = this.#request
    const made: TriagedFinish[] = []
    while (made.length < count && stop.level === 'none') made.push(await this.#run('repeat'))
    if (stop.level !== 'none' && made.every(({ finished }) => finished === null))
      throw interrupted('before the first run had begun its load')
    const repeats = made.map(({ triaged }) => triaged)
    const ratio = reproducedRatio(repeats)
    const breach = made.findLast(({ triaged }) => triaged.outcome === 'NO_GO')?.finished ?? null
    const isReproduced = breach !== null && ratio !== null && ratio >= ratioMin && stop.level === 'none'
    const rollback = isReproduced ? await this.#putBack(breach) : null
    const gate = rollback !== null && rollback.plan === null ? (await this.#run('gate')).triaged : null
    return {
      ...triageOutcome({ ratio, ratioMin, rollback, gate }),
      repeats,
      reproducedRatio: ratio,
      reproducedRatioMin: ratioMin,
      rollback,
      gate,
    }
  }

  async #run(purpose: 'repeat' | 'gate'): Promise<TriagedFinish> {
    const { source, overrides, threads, outDir, state, stop } = this.#request
    const run = {
      ...MEASURE_ONLY,
      // Objectives that may end the load end it here, too; alerts and rollback are for the triage as a whole.
      enforce: 'watch' as const,
      source,
      overrides,
      threads,
      outDir,
      state,
      stop,
    }
    const made = await runScenario(run, this.#context.host, this.#progress).then(triagedRun, failedRun)
    this.#onRun(purpose, made.triaged)
    return made
  }

  /** Carries out the rollback that the causes of one NO-GO ask for. */
  #putBack({ record, verdict }: FinishedRun): Promise<RollbackRecord | null> {
    const request = this.#request
    const { runId, correlationId, scenario } = record
    return withChildContext(this.#context, { runId, correlationId }, async (run) => {
      const prepared = await launchLoad(run, await planLoad(run, request))
      const arming = request.armRollback ? 'asked' : 'by-scenario'
      const load = await openLoad(run, prepared, { arming }, join(run.outDir, scenario, runId))
      return await decideRollback(load, record, verdict)
    })
  }
}

async function write(record: TriageRecord, { outDir }: RunContext): Promise<void> {
  const folder = await createRunFolder(outDir, record.scenario, record.triageId)
  await folder.write(TRIAGE_FILE, JSON.stringify(record))
  folder.close()
}

/** `finished` is null for a run that could not be made. */
interface TriagedFinish {
  readonly triaged: TriagedRun
  readonly finished: FinishedRun | null
}

function triagedRun(finished: FinishedRun): TriagedFinish {
  const { record, verdict } = finished
  // What was cut short shows nothing, whatever it had seen by then.
  const outcome = record.status === 'interrupted' ? 'INCONCLUSIVE' : verdict.outcome
  return { triaged: { runId: record.runId, outcome, reason: verdict.reasons[0]?.message ?? null }, finished }
}

function failedRun(error: unknown): TriagedFinish {
  return { triaged: { runId: '', outcome: 'INCONCLUSIVE', reason: messageOf(error) }, finished: null }
}
