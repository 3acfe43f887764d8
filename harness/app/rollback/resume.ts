/**
 * What becomes of a rollback whose process was killed: where it stands, going on with it, giving it up. What was done is not
 * done again; an undo that was begun is not, unless somebody says so.
 */
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { createMask } from '../../base/secret-mask.ts'
import type { LineOwner } from '../../model/line.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { freeDeadLine, type Line, readLine } from './deploy-lock.ts'
import { readRollbackJournal, reopenRollbackJournal } from './journal.ts'
import { isAlive, isOfThisHost, processIdentity, userAtHost } from './process-identity.ts'
import type { CreateHooks, RollbackSurroundings } from './request.ts'
import { carryOut, rollbackLine } from './run-rollback.ts'
import { type RollbackStanding, standingOf } from './standing.ts'

/** @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID */
export async function readStanding(runFolder: string): Promise<RollbackStanding> {
  const standing = standingOf(await readRollbackJournal(runFolder))
  if (standing !== null) return standing
  throw new HarnessError('ROLLBACK_NOT_FOUND', `the rollback in ${runFolder} was not begun`, {
    hint: 'Its process was killed before it did anything: there is nothing to resume.',
  })
}

/** Whether the process that carries it out lives, as far as this machine can tell. */
export function isRunning({ process: carrier, record, aborted }: RollbackStanding): boolean {
  return record === null && aborted === null && isOfThisHost(carrier) && isAlive(carrier)
}

export interface ResumeRequest extends Omit<RollbackSurroundings, 'cwd'> {
  /** Runs what is not known to have succeeded again, deliberately. */
  readonly repeatUndo: boolean
  readonly createHooks: CreateHooks
}

/**
 * Goes on where it stood. A rollback that has succeeded is left alone.
 * @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID, SECRET_MISSING, STATE_UNREACHABLE, LINE_STOPPED when somebody
 * else is at it, USAGE when it was aborted
 */
export async function resumeRollback(request: ResumeRequest): Promise<RollbackRecord> {
  const standing = await resumable(request)
  const { begun } = standing
  const secrets = resolveSecrets(begun.secrets, request.env)
  const line = rollbackLine(begun, request)
  await sayWhenStateIsStrange(standing, request)
  // Whoever holds the line is the only one: what the journal says from here on stays true.
  await line.stop()
  try {
    return await goOn(request, secrets, line)
  } finally {
    await line.release().catch(() => undefined)
  }
}

/** A process that died after the freeze has left the line stopped. */
async function sayWhenStateIsStrange(
  { begun, steps, step, record }: RollbackStanding,
  { store, note }: ResumeRequest,
): Promise<void> {
  const isHeld = record === null && steps.get('freeze')?.outcome === 'succeeded' && step !== 'release'
  if (!isHeld || steps.has('release') || (await readLine(store)) !== null) return
  note(
    `this state knows nothing of ${begun.rollbackId}: the line is free in it. Was another --state given to the run? Who shares that one does not see what is done here`,
  )
}

async function goOn(
  request: ResumeRequest,
  secrets: Readonly<Record<string, string>>,
  line: Line,
): Promise<RollbackRecord> {
  const { folder, clock, repeatUndo: repeat } = request
  const standing = await resumable(request)
  if (standing.record?.outcome === 'succeeded') return standing.record
  const journal = reopenRollbackJournal(folder.path)
  const at = isoOf(clock.wallMs())
  journal.append({ kind: 'resumed', at, process: processIdentity(process.pid), repeatUndo: repeat })
  const { rollbackId, violations, plan, facts, validation, cwd } = standing.begun
  const known = { rollbackId, violations, plan, facts, validation, cwd, secrets, unarmed: null }
  return await carryOut({
    request: { ...request, ...request.createHooks(standing), ...known },
    line,
    journal,
    mask: createMask(secrets),
    standing,
    repeat,
  })
}

export interface AbortRequest extends Pick<RollbackSurroundings, 'store' | 'clock'> {
  /** Of the run. */
  readonly folder: string
  readonly reason: string
}

/**
 * Gives a rollback up, and frees the line that it held.
 * @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID, STATE_UNREACHABLE, LINE_STOPPED, USAGE when it has ended
 */
export async function abortRollback({ folder, store, clock, reason }: AbortRequest): Promise<void> {
  const standing = await readStanding(folder)
  requireOver(standing)
  const owner = await ownedLine(store, standing)
  if (owner === null && standing.record !== null)
    throw new HarnessError('USAGE', `the rollback has ended: ${standing.record.message}`, {
      hint: 'There is nothing to abort: the line is not held in its name.',
    })
  if (owner !== null) await freeDeadLine(store, owner)
  const journal = reopenRollbackJournal(folder)
  journal.append({ kind: 'aborted', at: isoOf(clock.wallMs()), by: userAtHost(), reason })
  journal.close()
}

/** The line, when it is held in the name of this rollback. @throws HarnessError STATE_UNREACHABLE */
async function ownedLine(store: StateStore, { begun }: RollbackStanding): Promise<LineOwner | null> {
  const owner = await readLine(store)
  return owner?.rollbackId === begun.rollbackId ? owner : null
}

/** @throws HarnessError USAGE when there is nothing to resume */
async function resumable({ folder, repeatUndo }: ResumeRequest): Promise<RollbackStanding> {
  const standing = await readStanding(folder.path)
  requireOver(standing)
  const { aborted, undos } = standing
  if (aborted !== null)
    throw new HarnessError('USAGE', `the rollback was aborted by ${aborted.by}: ${aborted.reason}`, {
      hint: 'What is left to do is for people.',
    })
  const ends = [...undos.values()].map(({ ended }) => ended?.outcome)
  if (repeatUndo && ends.length > 0 && ends.every((outcome) => outcome === 'succeeded'))
    throw new HarnessError('USAGE', 'every undo is known to have succeeded: there is none to repeat', {
      hint: 'Without --repeat-undo, the system is only looked at again.',
    })
  return standing
}

function requireOver(standing: RollbackStanding): void {
  if (!isRunning(standing)) return
  const { pid, host } = standing.process
  throw new HarnessError('USAGE', `the rollback is being carried out by process ${pid} on ${host}`, {
    hint: 'Wait for it to end; to end it, send that process SIGINT: it releases the line.',
  })
}
