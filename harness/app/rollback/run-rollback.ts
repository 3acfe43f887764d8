/** A rollback, in order: may it be done at all, its journal, its steps one after the other, what became of it. */

import { OWN_WORDS } from '../../analysis/own-words.ts'
import { isoOf, wallMsOf } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { createMask, type MaskText, maskData } from '../../base/secret-mask.ts'
import { formatCount } from '../../base/units.ts'
import type { RollbackRecord, TakenStep } from '../../model/rollback.ts'
import type { RollbackBegun } from '../../model/rollback-journal.ts'
import { createRunMask } from '../run/run-mask.ts'
import { createLine, type Line } from './deploy-lock.ts'
import { describeRollback } from './describe.ts'
import { createRollbackJournal, type RollbackJournal } from './journal.ts'
import { messageOfOutcome, outcomeOf, rollbackAlert } from './outcome.ts'
import { processIdentity, userAtHost } from './process-identity.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import type { RollbackRequest, StepListener } from './request.ts'
import { sixSteps } from './rollback-steps.ts'
import { type RollbackStanding, standingOf } from './standing.ts'
import { passOver, type RollbackStep, type StepSurroundings, takeStep } from './take-step.ts'
import { notYetUndone, reasonOf } from './undo.ts'

const RECORD_FILE = 'rollback.json'

/** Rolls back, or says why not. Never throws: whatever goes wrong is in the record, and the line is released. */
export async function runRollback(request: RollbackRequest): Promise<RollbackRecord> {
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
      .catch((failure: unknown) => request.note(messageOf(failure)))
    return record
  }
  const standing = standingOf([begun]) as RollbackStanding
  const line = rollbackLine(begun, request)
  return carryOut({ request, line, journal, mask, standing, repeat: false })
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
  const { rollbackId, violations, plan, clock } = request
  return {
    rollbackId,
    outcome: 'failed',
    message: '',
    reasons: [...violations],
    procedures: notYetUndone(request),
    steps: [],
    startedAt: isoOf(clock.wallMs()),
    durationMs: 0,
    plan: describeRollback(plan, violations),
  }
}

function begunEntry(request: RollbackRequest): RollbackBegun {
  const { rollbackId, facts, violations, plan, validation, cwd, secrets, clock } = request
  return {
    kind: 'begun',
    schemaVersion: 1,
    at: isoOf(clock.wallMs()),
    rollbackId,
    process: processIdentity(process.pid),
    facts,
    violations: createRunMask(secrets, null).data([...violations]),
    plan,
    validation,
    cwd,
    secrets: Object.keys(secrets),
  }
}

/** A rollback that was begun, just now or by a process that was killed. */
export interface CarryOutRequest {
  readonly request: RollbackRequest
  readonly line: Line
  readonly journal: RollbackJournal
  readonly mask: MaskText
  readonly standing: RollbackStanding
  /** What is not known to have succeeded is undone again. */
  readonly repeat: boolean
}

/** Takes the steps that are left. Closes the journal. */
export async function carryOut(work: CarryOutRequest): Promise<RollbackRecord> {
  const { request, line, standing, repeat } = work
  const { clock, note, facts } = request
  const publisher = createPublisher(request.bus, clock, facts.correlationId, note)
  const { taken, procedures, record } = progressOf(work)
  const tell = () => {
    const soFar = record()
    return request.tell(rollbackAlert(soFar, facts, isoOf(clock.wallMs())), soFar.outcome === 'succeeded')
  }
  const steps = sixSteps({ ...work, known: standing.undos, repeat, line, procedures, tell })
  const around = surroundingsOf(work, publisher)
  try {
    for (const step of steps) taken.push(await next(step, taken, work, around))
  } finally {
    // The last step has done so, unless a bug of ours got in between.
    await line.release().catch((error: unknown) => note(messageOf(error)))
  }
  const ended = record()
  await finish(work, maskData(ended, work.mask, { words: OWN_WORDS }), publisher)
  return ended
}

/** What has become of it so far: steps and procedures are filled in as it goes. */
function progressOf({ request, standing }: CarryOutRequest) {
  const { rollbackId, violations, clock, interrupted, folder } = request
  const startMs = clock.nowMs()
  // Of one that is resumed, what went before counts: the system was away all the time.
  const beforeMs = Math.max(0, clock.wallMs() - wallMsOf(standing.begun.at))
  const taken: TakenStep[] = []
  const procedures = notYetUndone(request).map(
    (planned) => standing.undos.get(planned.name)?.ended ?? planned,
  )
  const record = (): RollbackRecord => {
    const steps = taken.filter(({ name }) => name !== 'release')
    const happened = { steps, procedures, isInterrupted: interrupted.aborted, folder: folder.path }
    return {
      rollbackId,
      outcome: outcomeOf(happened),
      message: messageOfOutcome(happened),
      reasons: [...violations],
      procedures: [...procedures],
      steps: [...taken],
      startedAt: standing.begun.at,
      durationMs: beforeMs + clock.nowMs() - startMs,
      plan: null,
    }
  }
  return { taken, procedures, record }
}

function surroundingsOf({ request, journal, mask }: CarryOutRequest, publisher: Publisher): StepSurroundings {
  return {
    ...request,
    journal,
    mask,
    onStep(step, taken) {
      tellListener(request, step, taken)
      publisher.publish(`rollback.${request.rollbackId}.step`, { step, taken })
    },
  }
}

/** A listener that throws is no reason to leave a system half put back. */
function tellListener({ onStep, note }: RollbackRequest, ...told: Parameters<StepListener>): void {
  try {
    onStep(...told)
  } catch (error) {
    note(messageOf(error))
  }
}

async function next(
  step: RollbackStep,
  taken: readonly TakenStep[],
  { request, standing, repeat }: CarryOutRequest,
  around: StepSurroundings,
): Promise<TakenStep> {
  const before = standing.steps.get(step.name)
  const isRepeated = repeat && (step.name === 'undo' || step.name === 'verify')
  const isAnew = step.name === 'freeze' || step.weight === 'always' || isRepeated
  if (before?.outcome === 'succeeded' && !isAnew) return before
  const hasFailed = taken.some(({ name, outcome }) => outcome === 'failed' && name !== 'capture')
  if (step.weight !== 'always' && (hasFailed || request.interrupted.aborted)) return passOver(step, around)
  return await takeStep(step, around)
}

/** The line as this process stops it for a rollback. */
export function rollbackLine(
  { rollbackId, facts, violations }: RollbackBegun,
  { store, clock }: Pick<RollbackRequest, 'store' | 'clock'>,
): Line {
  return createLine(store, clock, {
    ...processIdentity(process.pid),
    by: userAtHost(),
    runId: facts.runId,
    rollbackId,
    at: isoOf(clock.wallMs()),
    reason: reasonOf(violations),
    correlationId: facts.correlationId,
  })
}

/** What cannot be written down at the end is said, and changes nothing. */
async function finish(
  { request, journal }: CarryOutRequest,
  record: RollbackRecord,
  publisher: Publisher,
): Promise<void> {
  const { rollbackId, folder, clock, note } = request
  try {
    journal.append({ kind: 'ended', at: isoOf(clock.wallMs()), record })
    await folder.write(RECORD_FILE, JSON.stringify(record))
  } catch (error) {
    note(messageOf(error))
  }
  journal.close()
  publisher.publish(`rollback.${rollbackId}.ended`, record)
  await publisher.settled()
}
