/** The plan of a rollback: freeze, capture, drain, undo, verify, release. What each does, how often, how long. */

import { OWN_WORDS } from '../../analysis/own-words.ts'
import { isoOf } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { maskData } from '../../base/secret-mask.ts'
import type { LineOwner } from '../../model/line.ts'
import { describeOwner } from '../../model/line.ts'
import type { UndoneProcedure } from '../../model/rollback.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import type { Line } from './deploy-lock.ts'
import type { RollbackRequest } from './request.ts'
import { PreventedError, type RollbackStep } from './take-step.ts'
import { type UndoRequest, undoOne } from './undo.ts'

const EVIDENCE_FILE = 'evidence.json'
const VERIFY_ATTEMPTS = 3
const VERIFY_PAUSE_MS = 500
/** How long a validation load that was given up may take to end. */
const VERIFY_ENDING_MS = 10_000
/** Taking and releasing the line, and telling: safe to repeat. */
const ATTEMPTS = 3
const PAUSE_MS = 200

export interface StepsRequest extends UndoRequest {
  readonly line: Line
  /** Of this rollback, in the order in which they are undone; replaced one by one by what became of them. */
  readonly procedures: UndoneProcedure[]
  /** Tells what has become of it; called once the line is released. */
  readonly tell: () => Promise<void>
}

/** In the order in which they are taken. */
export function sixSteps(steps: StepsRequest): RollbackStep[] {
  const { stepTimeoutMs, validationMs } = steps.request.plan
  const once = { attempts: 1, pauseMs: 0, timeoutMs: stepTimeoutMs, endingMs: 0 }
  const repeatable = { attempts: ATTEMPTS, pauseMs: PAUSE_MS, timeoutMs: stepTimeoutMs, endingMs: 0 }
  // Each procedure has the limit of a step to itself, and some time to be killed at it.
  const undoTimeoutMs = steps.procedures.length * (2 * stepTimeoutMs + 10_000)
  return [
    { ...repeatable, name: 'freeze', weight: 'must', isInterruptible: true, run: () => freeze(steps) },
    { ...once, name: 'capture', weight: 'may', isInterruptible: true, run: () => capture(steps) },
    { ...once, name: 'drain', weight: 'must', isInterruptible: true, run: () => drain(steps) },
    {
      ...once,
      timeoutMs: undoTimeoutMs,
      name: 'undo',
      weight: 'must',
      isInterruptible: false,
      run: () => undo(steps),
    },
    {
      attempts: VERIFY_ATTEMPTS,
      pauseMs: VERIFY_PAUSE_MS,
      timeoutMs: stepTimeoutMs + validationMs,
      endingMs: VERIFY_ENDING_MS,
      name: 'verify',
      weight: 'must',
      isInterruptible: true,
      run: (signal) => verify(steps.request, signal),
    },
    // What undoes the freeze; nothing else of a rollback can be taken back.
    { ...repeatable, name: 'release', weight: 'always', isInterruptible: false, run: release(steps) },
  ]
}

async function freeze({ line }: StepsRequest): Promise<string> {
  await line.stop()
  return 'the line is stopped'
}

async function capture({ request, mask }: StepsRequest): Promise<string> {
  const { rollbackId, violations, folder, clock } = request
  const evidence = await request.evidence()
  const document = { rollbackId, at: isoOf(clock.wallMs()), violations, evidence }
  return `written to ${await folder.write(EVIDENCE_FILE, JSON.stringify(maskData(document, mask, { words: OWN_WORDS })))}`
}

async function drain({ request }: StepsRequest): Promise<string> {
  await request.drain()
  return 'no load is sent'
}

/** A procedure that fails does not keep the others from being tried. */
async function undo(steps: StepsRequest): Promise<string> {
  const { procedures, line, request } = steps
  for (const [index, planned] of procedures.entries()) {
    requireLine(line.lostTo())
    if (request.interrupted.aborted) throw new Error('interrupted')
    procedures[index] = await undoOne(planned, steps).catch(
      (error: unknown): UndoneProcedure => ({ ...planned, outcome: 'failed', message: messageOf(error) }),
    )
  }
  const ends = procedures.map(({ name, outcome, message }) => `${name} ${outcome}: ${message}`).join('\n')
  if (procedures.some(({ outcome }) => outcome === 'failed')) throw new Error(ends)
  return ends
}

function requireLine(lostTo: LineOwner | null): void {
  if (lostTo === null) return
  throw new HarnessError('LINE_STOPPED', `the line was lost to ${describeOwner(lostTo)}`, {
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
  const open = isRegressed ? '; that the regression is gone, too, only a whole run can show' : ''
  return `the validation load says GO: ${message}${open}`
}

/** Each of the two once, and neither keeps the other from being done. */
function release({ line, tell }: StepsRequest): () => Promise<string> {
  const released = onceDone(() => line.release())
  const told = onceDone(tell)
  return async () => {
    const ends = await Promise.allSettled([released(), told()])
    const problems = ends.flatMap((end) => (end.status === 'rejected' ? [messageOf(end.reason)] : []))
    if (problems.length > 0) throw new Error(problems.join('; '))
    return 'the line is released'
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
