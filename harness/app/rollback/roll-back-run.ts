/** What a run that ended in NO-GO does about the system under test: the rollback that its causes ask for. */
import { resolve } from 'node:path'
import { noGoCauses } from '../../analysis/no-go-causes.ts'
import { RecordView } from '../../analysis/record-view.ts'
import { violationsOf } from '../../analysis/rollback-decision.ts'
import type { StopRequest } from '../../base/stop-request.ts'
import { completedOf } from '../../measure/counts.ts'
import type { Alert } from '../../model/alert.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Host } from '../../ports/host.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import type { RunFolder } from '../../store/run-folder.ts'
import type { LaunchedTargets } from '../run/prepare.ts'
import type { Guard } from '../run/run-controls.ts'
import { followInterruption } from './interruption.ts'
import type { StepListener } from './request.ts'
import { probeTargets } from './resume-hooks.ts'
import { runRollback } from './run-rollback.ts'
import { createValidation } from './validation.ts'

/** Intervals before the end of the load that are kept as evidence. */
const EVIDENCE_INTERVALS = 30

export interface RollBackParts {
  /** Of the run, for the load that validates. */
  readonly request: { readonly source: string; readonly overrides: Overrides; readonly state: string }
  readonly measured: RunRecord
  readonly verdict: Verdict
  readonly targets: LaunchedTargets
  readonly secrets: Readonly<Record<string, string>>
  readonly folder: RunFolder
  readonly guard: Pick<Guard, 'store' | 'bus' | 'alerting' | 'unarmed'>
  readonly host: Host
  readonly stop: StopRequest
  readonly onStep: StepListener
  readonly note: (message: string) => void
}

/** Null when nothing is to be undone: no NO-GO, no cause that asks, no procedure. Never throws. */
export async function rollBackRun(parts: RollBackParts): Promise<RollbackRecord | null> {
  const { measured, verdict, guard, host, stop, note } = parts
  const { rollback } = measured.plan
  const violations = violationsOf(measured, verdict, guard.unarmed === null)
  if (violations.length === 0) {
    if (isUnansweredRegression(parts)) note('a regression asks for no rollback: no `rollback.onRegression`')
    return null
  }
  if (measured.status === 'interrupted') {
    note('no rollback is begun by a run that was interrupted; what it found asks for one')
    return null
  }
  if (rollback === null) {
    note('a missed objective asks for a rollback, and the scenario has none (`rollback: { procedures }`)')
    return null
  }
  const interruption = followInterruption(stop, note)
  try {
    return await runRollback({
      ...hooksOf(parts),
      ...guard,
      rollbackId: `rollback-${measured.runId}`,
      violations,
      plan: rollback,
      unarmed: guard.unarmed,
      facts: factsOf(measured),
      secrets: parts.secrets,
      validation: validationSourceOf(parts),
      folder: parts.folder,
      clock: host.clock,
      env: host.env,
      cwd: host.cwd,
      interrupted: stop.signal,
      onStep(...told) {
        interruption.onStep(...told)
        parts.onStep(...told)
      },
      note,
    })
  } finally {
    interruption.forget()
  }
}

/** A scenario with several procedures has to say which one a regression asks for. */
function isUnansweredRegression({ measured, verdict }: RollBackParts): boolean {
  const { rollback } = measured.plan
  if (rollback === null || rollback.onRegression !== null) return false
  return noGoCauses(measured, verdict).some(({ kind }) => kind === 'regression')
}

function hooksOf(parts: RollBackParts) {
  const { measured, verdict, targets, folder, guard, host, note } = parts
  const { rollback } = measured.plan
  return {
    // The load has ended, and its record is written.
    drain: () => Promise.resolve(),
    evidence: () => ({
      reasons: verdict.reasons,
      risks: verdict.risks,
      comparison: verdict.comparison,
      enforcement: measured.enforcement,
      intervals: measured.intervals.slice(-EVIDENCE_INTERVALS),
    }),
    probe: () => probeTargets(targets.plan, host),
    validate: createValidation({
      source: validationSourceOf(parts),
      facts: factsOf(measured),
      validationMs: rollback?.validationMs ?? 0,
      folder: folder.path,
      store: guard.store,
      location: parts.request.state,
      host,
      live: targets,
      note,
    }),
    tell: (alert: Alert, isWell: boolean) => {
      guard.alerting.raise(alert)
      if (isWell) guard.alerting.resolveAll(alert.at, alert.summary)
      return Promise.resolve()
    },
  }
}

function factsOf(measured: RunRecord) {
  const { runId, scenario, correlationId } = measured
  return {
    runId,
    scenario,
    correlationId,
    completedRequests: completedOf(new RecordView(measured).counts({})),
  }
}

function validationSourceOf({
  request,
  measured,
  host,
}: Pick<RollBackParts, 'request' | 'measured' | 'host'>) {
  const isUrl = /^https?:\/\//.test(request.source)
  return {
    source: isUrl ? request.source : resolve(host.cwd, request.source),
    overrides: { ...request.overrides },
    threads: measured.threads,
  }
}
