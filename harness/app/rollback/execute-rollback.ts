/** A rollback, in order: whether it may be done at all, its journal, its steps one after the other, its record. */
import { OWN_WORDS } from '../../analysis/own-words.ts'
import { isoOf, wallMsOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { createMask, maskData } from '../../base/secret-mask.ts'
import { formatCount } from '../../base/units.ts'
import type { RollbackRecord, TakenStep } from '../../model/rollback.ts'
import type { RollbackBegun } from '../../model/rollback-journal.ts'
import { processIdentity, userAtHost } from '../../system/process-identity.ts'
import { createRunMask } from '../run/run-mask.ts'
import { createDeployLock, type DeployLock } from '../state/deploy-lock.ts'
import { describeRollback } from './describe.ts'
import { createRollbackJournal, type RollbackJournal } from './journal.ts'
import { messageOfOutcome, outcomeOf, rollbackAlert } from './outcome.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import type { BegunRollback, RollbackRequest, RollbackWork } from './request.ts'
import { type RollbackState, replayJournal } from './rollback-state.ts'
import { rollbackSteps } from './rollback-steps.ts'
import { passOver, type RollbackStep, takeStep } from './take-step.ts'
import { notYetUndone, reasonOf } from './undo.ts'

const RECORD_FILE = 'rollback.json'

/** Rolls back, or records why not. Never throws: every failure is in the record, and the deploy lock is released. */
export async function executeRollback(request: RollbackRequest): Promise<RollbackRecord> {
  const reason = whyNothingIsDone(request)
  if (reason !== null) return { ...nothingDone(request), ...reason }
  const mask = createMask(request.secrets)
  const begun = begunEntry(request)
  let journal: RollbackJournal
  try {
    journal = beginJournal(request.folder.path, begun)
  } catch (error) {
    const record = { ...nothingDone(request), message: `nothing was undone: ${mask(messageOf(error))}` }
    await request
      .tell(rollbackAlert(record, request.facts, record.startedAt), false)
      .catch((failure: unknown) => request.run.note(messageOf(failure)))
    return record
  }
  const state = replayJournal([begun]) as RollbackState
  const lock = rollbackLock(begun, request)
  return carryOut({ request, lock, journal, mask, state, repeatUndo: false })
}

function beginJournal(runFolder: string, begun: RollbackBegun): RollbackJournal {
  const journal = createRollbackJournal(runFolder)
  try {
    journal.append(begun)
    return journal
  } catch (error) {
    journal.close()
    throw error
  }
}

function whyNothingIsDone({
  unarmed,
  plan,
  facts,
}: RollbackRequest): Pick<RollbackRecord, 'outcome' | 'message'> | null {
  const { completedRequests } = facts
  if (completedRequests < plan.minRequests) {
    const seen = `${formatCount(completedRequests)} of at least ${formatCount(plan.minRequests)} requests`
    return { outcome: 'not-enough-samples', message: `nothing was undone: only ${seen} were completed` }
  }
  if (unarmed === null) return null
  return { outcome: 'not-armed', message: `nothing was undone: ${unarmed}` }
}

function nothingDone(request: RollbackRequest): RollbackRecord {
  const { rollbackId, violations, plan, run } = request
  return {
    rollbackId,
    outcome: 'failed',
    message: '',
    reasons: [...violations],
    procedures: notYetUndone(request),
    steps: [],
    startedAt: isoOf(run.host.clock.wallMs()),
    durationMs: 0,
    plan: describeRollback(plan, violations),
  }
}

function begunEntry(request: RollbackRequest): RollbackBegun {
  const { rollbackId, facts, violations, plan, validation, secrets, run } = request
  return {
    kind: 'begun',
    schemaVersion: 1,
    at: isoOf(run.host.clock.wallMs()),
    rollbackId,
    process: processIdentity(process.pid),
    facts,
    violations: createRunMask(secrets, null).data([...violations]),
    plan,
    validation,
    cwd: run.host.cwd,
    secrets: Object.keys(secrets),
  }
}

/** Takes the steps that are left. Closes the journal. */
export async function carryOut(begun: BegunRollback): Promise<RollbackRecord> {
  const { request, lock, mask } = begun
  const { host, note } = request.run
  const { facts, rollbackId } = request
  const publisher = createPublisher(request.bus, host.clock, facts.correlationId, note)
  const { taken, procedures, record } = progressOf(begun)
  const work: RollbackWork = {
    ...begun,
    procedures,
    tell() {
      const soFar = record()
      return request.tell(
        rollbackAlert(soFar, facts, isoOf(host.clock.wallMs())),
        soFar.outcome === 'succeeded',
      )
    },
    onStep(step, ended) {
      request.run.progress.onStep(step, ended)
      publisher.publish(`rollback.${rollbackId}.step`, { step, taken: ended })
    },
  }
  try {
    for (const step of rollbackSteps(work)) taken.push(await next(step, taken, work))
  } finally {
    // The last step has done so, unless a bug of ours got in between.
    await lock.release().catch((error: unknown) => note(messageOf(error)))
  }
  const ended = record()
  await finish(begun, maskData(ended, mask, { words: OWN_WORDS }), publisher)
  return ended
}

/** The record as it fills: steps and procedures are added as it goes. */
function progressOf({ request, state }: BegunRollback) {
  const { rollbackId, violations, folder, run } = request
  const { clock } = run.host
  const startMs = clock.nowMs()
  // Time before it was resumed counts: the system was away all the time.
  const beforeMs = Math.max(0, clock.wallMs() - wallMsOf(state.begun.at))
  const taken: TakenStep[] = []
  const procedures = notYetUndone(request).map((planned) => state.undos.get(planned.name)?.ended ?? planned)
  const record = (): RollbackRecord => {
    const steps = taken.filter(({ name }) => name !== 'release')
    const happened = { steps, procedures, isInterrupted: run.stop.signal.aborted, folder: folder.path }
    return {
      rollbackId,
      outcome: outcomeOf(happened),
      message: messageOfOutcome(happened),
      reasons: [...violations],
      procedures: [...procedures],
      steps: [...taken],
      startedAt: state.begun.at,
      durationMs: beforeMs + clock.nowMs() - startMs,
      plan: null,
    }
  }
  return { taken, procedures, record }
}

async function next(step: RollbackStep, taken: readonly TakenStep[], work: RollbackWork): Promise<TakenStep> {
  const { request, state, repeatUndo } = work
  const before = state.steps.get(step.name)
  const isRepeated = repeatUndo && (step.name === 'undo' || step.name === 'verify')
  const isAnew = step.name === 'freeze' || step.weight === 'always' || isRepeated
  if (before?.outcome === 'succeeded' && !isAnew) return before
  const hasFailed = taken.some(({ name, outcome }) => outcome === 'failed' && name !== 'capture')
  const isInterrupted = request.run.stop.signal.aborted
  if (step.weight !== 'always' && (hasFailed || isInterrupted)) return passOver(step, work)
  return await takeStep(step, work)
}

/** The lock as this process takes it for a rollback. */
export function rollbackLock(
  { rollbackId, facts, violations }: RollbackBegun,
  { run }: Pick<RollbackRequest, 'run'>,
): DeployLock {
  return createDeployLock(run.store, run.host.clock, {
    ...processIdentity(process.pid),
    by: userAtHost(),
    runId: facts.runId,
    rollbackId,
    at: isoOf(run.host.clock.wallMs()),
    reason: reasonOf(violations),
    correlationId: facts.correlationId,
  })
}

/** Writes the end. A file that cannot be written is noted, and changes nothing. */
async function finish(
  { request, journal }: BegunRollback,
  record: RollbackRecord,
  publisher: Publisher,
): Promise<void> {
  const { rollbackId, folder, run } = request
  try {
    journal.append({ kind: 'ended', at: isoOf(run.host.clock.wallMs()), record })
    await folder.write(RECORD_FILE, JSON.stringify(record))
  } catch (error) {
    run.note(messageOf(error))
  }
  journal.close()
  publisher.publish(`rollback.${rollbackId}.ended`, record)
  await publisher.settled()
}
