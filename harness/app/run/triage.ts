/**
 * Triage of a breach: stop the line, reproduce it, put the system back if it comes back, run the gate again, release the
 * line. The outcome is a record, whatever happens in between.
 */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { reproducedRatio, triageOutcome } from '../../analysis/triage.ts'
import { isoOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { interrupted, type StopRequest, unlessStopped } from '../../base/stop-request.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { TriagedRun, TriageRecord } from '../../model/triage.ts'
import type { Host } from '../../ports/host.ts'
import type { StateStore } from '../../ports/state-store.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { createRunFolder, openRunFolder } from '../../store/run-folder.ts'
import { createLine } from '../rollback/deploy-lock.ts'
import { processIdentity, userAtHost } from '../rollback/process-identity.ts'
import { rollBackRun } from '../rollback/roll-back-run.ts'
import { withState } from './emergency.ts'
import { launchTargets, preparePlan } from './prepare.ts'
import { type FinishedRun, MEASURE_ONLY, type RunProgress, runScenario } from './run.ts'
import { openGuard, requireRollback } from './run-controls.ts'

export const TRIAGE_FILE = 'triage.json'

export interface TriageRequest {
  /** Scenario file or URL. */
  readonly source: string
  readonly overrides: Overrides
  readonly threads: number | null
  readonly outDir: string
  readonly state: string
  /** How often the breach is looked for. */
  readonly repeats: number
  /** Share of NO-GO repeats from which the system is put back. */
  readonly reproducedRatioMin: number
  readonly armRollback: boolean
  readonly stop: StopRequest
}

/** Told after each run. */
export type TriageListener = (what: 'repeat' | 'gate', run: TriagedRun) => void

/** @throws HarnessError LINE_STOPPED when somebody else has stopped the line, INTERRUPTED before anything was measured, and whatever keeps a run from load */
export function triage(
  request: TriageRequest,
  host: Host,
  progress: RunProgress,
  onRun: TriageListener,
): Promise<TriageRecord> {
  return withState(request.state, host, async (store) => {
    const { plan } = await unlessStopped(request.stop.signal, 'while the scenario was loaded', () =>
      preparePlan(request.source, request.overrides, host),
    )
    if (request.armRollback) requireRollback(plan)
    const startedAt = isoOf(host.clock.wallMs())
    const triageId = `triage-${startedAt.replaceAll(/[-:]/g, '').slice(0, 15)}`
    const correlationId = host.env['PROOFLOAD_CORRELATION_ID'] || randomUUID()
    const line = createLine(store, host.clock, {
      ...processIdentity(process.pid),
      by: userAtHost(),
      runId: null,
      rollbackId: null,
      at: startedAt,
      reason: `${triageId} of ${plan.scenario}`,
      correlationId,
    })
    await line.stop()
    try {
      const startMs = host.clock.nowMs()
      const findings = await investigate({ request, store, host, progress, onRun })
      const record: TriageRecord = {
        schemaVersion: 1,
        triageId,
        scenario: plan.scenario,
        correlationId,
        startedAt,
        durationMs: host.clock.nowMs() - startMs,
        ...findings,
      }
      await write(record, request, host)
      return record
    } finally {
      await line.release()
    }
  })
}

type Findings = Omit<
  TriageRecord,
  'schemaVersion' | 'triageId' | 'scenario' | 'correlationId' | 'startedAt' | 'durationMs'
>

interface TriageParts {
  readonly request: TriageRequest
  readonly store: StateStore
  readonly host: Host
  readonly progress: RunProgress
  readonly onRun: TriageListener
}

async function investigate(parts: TriageParts): Promise<Findings> {
  const { request, host, progress, onRun } = parts
  const { stop } = request
  const { repeats: count, reproducedRatioMin: ratioMin } = request
  const run = async (what: 'repeat' | 'gate') => {
    const { source, overrides, threads, outDir, state } = request
    // What may end the load ends it here, too; alerts and rollback are for the triage as a whole.
    const only = {
      ...MEASURE_ONLY,
      enforce: 'watch' as const,
      source,
      overrides,
      threads,
      outDir,
      state,
      stop,
    }
    const made = await runScenario(only, host, progress).then(triagedRun, failedRun)
    onRun(what, made.triaged)
    return made
  }
  const made: TriagedFinish[] = []
  while (made.length < count && stop.level === 'none') made.push(await run('repeat'))
  if (stop.level !== 'none' && made.every(({ finished }) => finished === null))
    throw interrupted('before the first run had begun its load')
  const repeats = made.map(({ triaged }) => triaged)
  const ratio = reproducedRatio(repeats)
  const breach = made.findLast(({ triaged }) => triaged.outcome === 'NO_GO')?.finished ?? null
  const isReproduced = breach !== null && ratio !== null && ratio >= ratioMin && stop.level === 'none'
  const rollback = isReproduced ? await putBack(breach, parts) : null
  const gate = rollback !== null && rollback.plan === null ? (await run('gate')).triaged : null
  return {
    ...triageOutcome({ ratio, ratioMin, rollback, gate }),
    repeats,
    reproducedRatio: ratio,
    reproducedRatioMin: ratioMin,
    rollback,
    gate,
  }
}

/** The rollback that the causes of one NO-GO ask for. */
async function putBack(
  { record, verdict }: FinishedRun,
  { request, store, host, progress }: TriageParts,
): Promise<RollbackRecord | null> {
  const { plan } = await preparePlan(request.source, request.overrides, host)
  const secrets = resolveSecrets(plan.secrets, host.env)
  const { armRollback, state: location, stop } = request
  const { onStep, onNote: note } = progress
  const folder = openRunFolder(resolve(host.cwd, request.outDir, record.scenario, record.runId))
  const enforce = { arming: armRollback ? 'asked' : 'by-scenario' } as const
  const giveUp = stop.abortSignal
  const guard = await openGuard({ plan, secrets, store, location, enforce, host, note, giveUp })
  try {
    const targets = await launchTargets(plan, host, stop.signal)
    const run = { request, measured: record, verdict, targets, secrets, folder, guard }
    return await rollBackRun({ ...run, host, stop, onStep, note }).finally(() => targets.stop())
  } finally {
    folder.close()
    await guard.close()
  }
}

async function write(record: TriageRecord, { outDir }: TriageRequest, host: Host): Promise<void> {
  const folder = await createRunFolder(resolve(host.cwd, outDir), record.scenario, record.triageId)
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
