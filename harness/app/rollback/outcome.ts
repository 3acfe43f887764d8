/** The outcome of a rollback, in one word, one sentence and one alert. */
import { type Alert, alertKeyOf } from '../../model/alert.ts'
import type { RollbackOutcome, RollbackRecord, TakenStep, UndoneProcedure } from '../../model/rollback.ts'
import type { RollbackFacts } from '../../model/rollback-journal.ts'
import { demandText } from '../../text/demand-text.ts'

export interface RollbackEnd {
  /** All but the release. */
  readonly steps: readonly TakenStep[]
  readonly procedures: readonly UndoneProcedure[]
  readonly isInterrupted: boolean
  /** Path of the folder of the run, for the commands that go on. */
  readonly folder: string
}

export function outcomeOf({ steps, procedures, isInterrupted }: RollbackEnd): RollbackOutcome {
  const verified = steps.find(({ name }) => name === 'verify')
  if (verified?.outcome === 'succeeded') return 'succeeded'
  const isUndoFailed = procedures.some(({ outcome }) => outcome === 'failed')
  if (isUndoFailed) return 'failed'
  if (isInterrupted) return 'interrupted'
  return verified?.outcome === 'prevented' ? 'unverified' : 'failed'
}

/** One sentence; what to do about it where something is to be done. */
export function messageOfOutcome(end: RollbackEnd): string {
  const { steps, procedures, folder } = end
  const names = procedures.map(({ name }) => name).join(', ')
  const isUnseen = procedures.some(({ outcome }) => outcome === 'unseen')
  const undo = isUnseen ? "the undo's end was not seen" : `${names} undone`
  switch (outcomeOf(end)) {
    case 'succeeded':
      return isUnseen ? `${undo}; the system is healthy` : `${undo}, the system is healthy`
    case 'interrupted':
      return `interrupted ${whereItStopped(procedures)}; \`proofload rollback resume ${folder}\` goes on`
    case 'unverified': {
      const why = steps.find(({ outcome }) => outcome === 'prevented')?.message
      return `${undo}, but it is not known whether the system is healthy: ${why}; when load may be sent again, \`proofload rollback resume ${folder}\` looks`
    }
    default:
      return whyFailed(end, undo, isUnseen)
  }
}

function whereItStopped(procedures: readonly UndoneProcedure[]): string {
  const isBegun = procedures.some(({ outcome }) => outcome !== 'not-run')
  return isBegun ? 'before the system was shown healthy' : 'before anything was undone'
}

function whyFailed({ steps, procedures, folder }: RollbackEnd, undo: string, isUnseen: boolean): string {
  const again = `\`proofload rollback resume ${folder} --repeat-undo\` runs the undo again`
  const broken = procedures.filter(({ outcome }) => outcome === 'failed')
  if (broken.length > 0) {
    const problems = broken.map(({ name, message }) => `${name}: ${message}`).join('; ')
    return `the undo failed: ${problems}; ${again}`
  }
  const failed = steps.find(({ name, outcome }) => outcome === 'failed' && name !== 'capture')
  if (failed?.name !== 'verify') return `nothing was undone: ${failed?.message ?? 'it did not begin'}`
  const unhealthy = `${undo}, and the system is not healthy: ${failed.message}`
  return isUnseen ? `${unhealthy}; ${again}, deliberately` : unhealthy
}

/** A rollback that put the system back is for the morning; any other is for now. */
export function rollbackAlert(record: RollbackRecord, facts: RollbackFacts, at: string): Alert {
  const { outcome, message, reasons, procedures } = record
  const isGood = outcome === 'succeeded'
  return {
    kind: 'rollback',
    status: 'firing',
    severity: isGood ? 'warning' : 'critical',
    dedupeKey: alertKeyOf(facts.scenario, 'rollback'),
    runId: facts.runId,
    scenario: facts.scenario,
    correlationId: facts.correlationId,
    at,
    summary: `${facts.scenario}: rollback ${isGood ? 'succeeded' : outcome}: ${message}`,
    objective: null,
    observed: null,
    sampleCount: facts.completedRequests,
    owner: null,
    runbook: null,
    annotations: {
      rollbackId: record.rollbackId,
      reasons: reasons.map(demandText).join('; '),
      procedures: procedures.map(({ name, outcome: end }) => `${name}: ${end}`).join('; '),
    },
  }
}
