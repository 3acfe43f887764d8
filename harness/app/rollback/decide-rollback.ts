/** The rollback that a NO-GO asks for by its causes: whether there is one, and what it is carried out with. */
import { resolve } from 'node:path'
import { noGoCauses } from '../../analysis/no-go-causes.ts'
import { RecordView } from '../../analysis/record-view.ts'
import { violationsOf } from '../../analysis/rollback-decision.ts'
import { completedOf } from '../../measure/counts.ts'
import type { RollbackPlan } from '../../model/plan.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { RollbackFacts, ValidationSource } from '../../model/rollback-journal.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { LoadContext } from '../run/load-context.ts'
import { executeRollback } from './execute-rollback.ts'
import { withInterruption } from './interruption.ts'
import { probeTargets } from './probe-targets.ts'
import type { RollbackHooks } from './request.ts'
import { createValidation } from './validation.ts'

/** Intervals before the end of the load that are kept as evidence. */
const EVIDENCE_INTERVALS = 30

/** Null when nothing is to be undone: no NO-GO, no cause that asks, no procedure. Never throws. */
export async function decideRollback(
  load: LoadContext,
  measured: RunRecord,
  verdict: Verdict,
): Promise<RollbackRecord | null> {
  const { controls, note } = load
  const { rollback } = measured.plan
  const violations = violationsOf(measured, verdict, controls.unarmed === null)
  if (violations.length === 0) {
    if (isUnansweredRegression(measured, verdict))
      note('a regression asks for no rollback: no `rollback.onRegression`')
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
  const facts = factsOf(measured)
  const validation = validationSourceOf(load)
  return await withInterruption(load, (run) =>
    executeRollback({
      ...hooksOf(load, { measured, verdict, rollback, facts, validation }),
      run,
      folder: load.folder,
      bus: controls.bus,
      rollbackId: `rollback-${measured.runId}`,
      violations,
      plan: rollback,
      unarmed: controls.unarmed,
      facts,
      secrets: load.secrets,
      validation,
    }),
  )
}

/** A scenario with several procedures has to say which one a regression asks for. */
function isUnansweredRegression(measured: RunRecord, verdict: Verdict): boolean {
  const { rollback } = measured.plan
  if (rollback === null || rollback.onRegression !== null) return false
  return noGoCauses(measured, verdict).some(({ kind }) => kind === 'regression')
}

interface Decided {
  readonly measured: RunRecord
  readonly verdict: Verdict
  readonly rollback: RollbackPlan
  readonly facts: RollbackFacts
  readonly validation: ValidationSource
}

function hooksOf(
  load: LoadContext,
  { measured, verdict, rollback, facts, validation }: Decided,
): RollbackHooks {
  const { alerting } = load.controls
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
    probe: () => probeTargets(load.plan, load.host),
    validate: createValidation(load, {
      source: validation,
      facts,
      validationMs: rollback.validationMs,
      folder: load.folder.path,
      targets: load,
    }),
    tell(alert, isWell) {
      alerting.raise(alert)
      if (isWell) alerting.resolveAll(alert.at, alert.summary)
      return Promise.resolve()
    },
  }
}

function factsOf(measured: RunRecord): RollbackFacts {
  const { runId, scenario, correlationId } = measured
  return {
    runId,
    scenario,
    correlationId,
    completedRequests: completedOf(new RecordView(measured).counts({})),
  }
}

function validationSourceOf({ source, overrides, threads, host }: LoadContext): ValidationSource {
  const isUrl = /^https?:\/\//.test(source)
  return { source: isUrl ? source : resolve(host.cwd, source), overrides: { ...overrides }, threads }
}
