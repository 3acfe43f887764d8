/** What a run that ended in NO-GO does about the system under test: the rollback that its missed objectives ask for. */
import { resolve } from 'node:path'
import { isBelieved } from '../analysis/decide.ts'
import { firedAt, isEndedBy } from '../analysis/enforcement-checks.ts'
import { completedOf } from '../analysis/measured-view.ts'
import { ordinalsOf } from '../analysis/ordinals.ts'
import { RecordView } from '../analysis/record-view.ts'
import { formatDurationMs } from '../base/units.ts'
import type { Alert } from '../model/alert.ts'
import type { EnforcementRecord } from '../model/enforcement.ts'
import { isGate, type ObjectivePlan } from '../model/plan.ts'
import type { RollbackRecord, RollbackViolation } from '../model/rollback.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Host } from '../ports/host.ts'
import type { Overrides } from '../scenario/overrides.ts'
import type { RunFolder } from '../store/run-folder.ts'
import type { Enforcing } from './execute.ts'
import type { LaunchedTargets } from './prepare.ts'
import { followInterruption } from './rollback/interruption.ts'
import type { StepListener } from './rollback/request.ts'
import { probeTargets } from './rollback/resume-hooks.ts'
import { runRollback } from './rollback/run-rollback.ts'
import { createValidation } from './rollback/validation.ts'

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
  readonly guard: Enforcing
  readonly host: Host
  /** Aborted by a ctrl-C since the load ended. */
  readonly interrupted: AbortSignal
  readonly onStep: StepListener
  readonly note: (message: string) => void
}

/** Null when nothing is to be undone: no NO-GO, no objective that asks, no procedure. Never throws. */
export async function rollBackRun(parts: RollBackParts): Promise<RollbackRecord | null> {
  const { measured, guard, host, note } = parts
  const violations = violationsOf(parts)
  if (violations.length === 0) return null
  if (measured.status === 'interrupted') {
    note('no rollback is begun by a run that was interrupted; an objective asks for one')
    return null
  }
  const { rollback } = measured.plan
  if (rollback === null) {
    note('a missed objective asks for a rollback, and the scenario has none (`rollback: { procedures }`)')
    return null
  }
  const interruption = followInterruption(host, note)
  try {
    return await runRollback({
      ...hooksOf(parts),
      ...guard,
      rollbackId: `rollback-${measured.runId}`,
      violations,
      plan: rollback,
      armed: guard.isArmed,
      facts: factsOf(measured),
      secrets: parts.secrets,
      validation: validationSourceOf(parts),
      folder: parts.folder,
      clock: host.clock,
      env: host.env,
      cwd: host.cwd,
      interrupted: AbortSignal.any([parts.interrupted, interruption.signal]),
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

/**
 * Of a NO-GO, missed objectives that ask for a procedure, and the one that ended the load, whatever the whole run says of it.
 * Un-armed, those that fired too: armed, they would have ended the load.
 */
function violationsOf({ measured, verdict, guard }: RollBackParts): RollbackViolation[] {
  const { plan, enforcement } = measured
  const ordinals = ordinalsOf(plan.objectives)
  return plan.objectives.flatMap((objective, i) => {
    const { rollback, severity, expect } = objective
    const result = verdict.objectives[i]
    if (rollback === null || result === undefined || !isBelieved(objective, verdict.validity.reasons))
      return []
    const isEnded = isEndedBy(enforcement?.stop ?? null, expect, ordinals[i])
    const isMissed = verdict.outcome === 'NO_GO' && (result.outcome === 'missed' || isEnded)
    const fired =
      guard.isArmed || plan.rollback === null ? null : firedText(objective, enforcement, ordinals[i])
    const message = isMissed ? result.message : fired
    return message === null ? [] : [{ expect, severity, procedure: rollback, message }]
  })
}

function firedText(
  objective: ObjectivePlan,
  enforcement: EnforcementRecord | null,
  ordinal: number | undefined,
): string | null {
  if (enforcement === null || !isGate(objective)) return null
  const atMs = firedAt(enforcement, objective.expect, ordinal)
  return atMs === null ? null : `${objective.expect}: fired ${formatDurationMs(atMs)} into the run`
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
