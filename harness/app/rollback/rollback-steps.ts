/** The steps of a rollback: freeze, capture, drain, undo, verify, release; each with its limit and its attempts. */
import { OWN_WORDS } from '../../analysis/own-words.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { maskData } from '../../base/secret-mask.ts'
import type { LineOwner } from '../../model/line.ts'
import { describeOwner } from '../../model/line.ts'
import type { UndoneProcedure } from '../../model/rollback.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import type { RollbackRequest, RollbackWork } from './request.ts'
import { PreventedError, type RollbackStep } from './take-step.ts'
import { undoOne } from './undo.ts'

const EVIDENCE_FILE = 'evidence.json'
const VERIFY_ATTEMPTS = 3
const VERIFY_PAUSE_MS = 500
/** Grace for a validation load that was given up. */
const VERIFY_ENDING_MS = 10_000
/** Attempts at what is safe to repeat: taking and releasing the lock, and telling. */
const ATTEMPTS = 3
const PAUSE_MS = 200

/** Steps in the order in which they are taken. */
export function rollbackSteps(work: RollbackWork): RollbackStep[] {
  const { stepTimeoutMs, validationMs } = work.request.plan
  const once = { attempts: 1, pauseMs: 0, timeoutMs: stepTimeoutMs, endingMs: 0 }
  const repeatable = { attempts: ATTEMPTS, pauseMs: PAUSE_MS, timeoutMs: stepTimeoutMs, endingMs: 0 }
  // Each procedure has the limit of a step to itself, and some time to be killed at it.
  const undoTimeoutMs = work.procedures.length * (2 * stepTimeoutMs + 10_000)
  return [
    { ...repeatable, name: 'freeze', weight: 'must', isInterruptible: true, run: () => freeze(work) },
    { ...once, name: 'capture', weight: 'may', isInterruptible: true, run: () => capture(work) },
    { ...once, name: 'drain', weight: 'must', isInterruptible: true, run: () => drain(work) },
    {
      ...once,
      timeoutMs: undoTimeoutMs,
      name: 'undo',
      weight: 'must',
      isInterruptible: false,
      run: () => undo(work),
    },
    {
      attempts: VERIFY_ATTEMPTS,
      pauseMs: VERIFY_PAUSE_MS,
      timeoutMs: stepTimeoutMs + validationMs,
      endingMs: VERIFY_ENDING_MS,
      name: 'verify',
      weight: 'must',
      isInterruptible: true,
      run: (signal) => verify(work.request, signal),
    },
    // What undoes the freeze; nothing else of a rollback can be taken back.
    { ...repeatable, name: 'release', weight: 'always', isInterruptible: false, run: release(work) },
  ]
}

async function freeze({ lock }: RollbackWork): Promise<string> {
  await lock.acquire()
  return 'the deploy lock is taken'
}

async function capture({ request, mask }: RollbackWork): Promise<string> {
  const { rollbackId, violations, folder, run } = request
  const evidence = await request.evidence()
  const document = { rollbackId, at: isoOf(run.host.clock.wallMs()), violations, evidence }
  return `written to ${await folder.write(EVIDENCE_FILE, JSON.stringify(maskData(document, mask, { words: OWN_WORDS })))}`
}

async function drain({ request }: RollbackWork): Promise<string> {
  await request.drain()
  return 'no load is sent'
}

/** A procedure that fails does not keep the others from being tried. */
async function undo(work: RollbackWork): Promise<string> {
  const { procedures, lock, request } = work
  for (const [index, planned] of procedures.entries()) {
    requireLock(lock.takenOverBy())
    if (request.run.stop.signal.aborted) throw new Error('interrupted')
    procedures[index] = await undoOne(planned, work).catch(
      (error: unknown): UndoneProcedure => ({ ...planned, outcome: 'failed', message: messageOf(error) }),
    )
  }
  const ends = procedures.map(({ name, outcome, message }) => `${name} ${outcome}: ${message}`).join('\n')
  if (procedures.some(({ outcome }) => outcome === 'failed')) throw new Error(ends)
  return ends
}

function requireLock(takenOverBy: LineOwner | null): void {
  if (takenOverBy === null) return
  throw new HarnessError('LINE_STOPPED', `the deploy lock was lost to ${describeOwner(takenOverBy)}`, {
    hint: 'Wait for it to be free, then resume.',
  })
}

async function verify(
  { probe, validate, violations }: RollbackRequest,
  signal: AbortSignal,
): Promise<string> {
  const problems = await probe()
  if (problems.length > 0) throw new Error(problems.join('; '))
  const { outcome, message } = await validate(signal)
  if (outcome === 'HALTED') throw new PreventedError(message)
  if (outcome !== 'GO') throw new Error(`the validation load says ${outcomeText(outcome)}: ${message}`)
  const isRegressed = violations.some(({ kind }) => kind === 'regression')
  // A shorter load is another load: it does not compare with the baseline.
  const open = isRegressed ? '; only a whole run can show that the regression is gone' : ''
  return `the validation load says GO: ${message}${open}`
}

/** Each of the two once, and neither keeps the other from being done. */
function release({ lock, tell }: RollbackWork): () => Promise<string> {
  const released = onceDone(() => lock.release())
  const told = onceDone(tell)
  return async () => {
    const ends = await Promise.allSettled([released(), told()])
    const problems = ends.flatMap((end) => (end.status === 'rejected' ? [messageOf(end.reason)] : []))
    if (problems.length > 0) throw new Error(problems.join('; '))
    return 'the deploy lock is released'
  }
}

function onceDone(body: () => Promise<void>): () => Promise<void> {
  let isDone = false
  return async () => {
    if (isDone) return
    await body()
    isDone = true
  }
}
