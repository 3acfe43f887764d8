/**
 * A rollback whose process was killed: reading its state, going on with it, giving it up. Steps that were done are not done
 * again; nor is an undo that was begun, unless somebody says so.
 */
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { createMask } from '../../base/secret-mask.ts'
import type { LineOwner } from '../../model/line.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { StateStore } from '../../ports/state-store.ts'
import { resolveSecrets } from '../../scenario/secrets.ts'
import { isAlive, isOfThisHost, processIdentity, userAtHost } from '../../system/process-identity.ts'
import type { RunContext } from '../run/context.ts'
import { type DeployLock, freeDeadLock, readDeployLock } from '../state/deploy-lock.ts'
import { carryOut, rollbackLock } from './execute-rollback.ts'
import { readRollbackJournal, reopenRollbackJournal } from './journal.ts'
import type { CreateHooks, RollbackPlace } from './request.ts'
import { type RollbackState, replayJournal } from './rollback-state.ts'

/** @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID */
export async function readRollbackState(runFolder: string): Promise<RollbackState> {
  const state = replayJournal(await readRollbackJournal(runFolder))
  if (state !== null) return state
  throw new HarnessError('ROLLBACK_NOT_FOUND', `the rollback in ${runFolder} was not begun`, {
    hint: 'Its process was killed before the first step: there is nothing to resume.',
  })
}

/** Tests whether the process that carries it out lives, as far as this machine can tell. */
export function isRunning({ process: carrier, record, aborted }: RollbackState): boolean {
  return record === null && aborted === null && isOfThisHost(carrier) && isAlive(carrier)
}

export interface ResumeRequest extends RollbackPlace {
  /** Runs again what is not known to have succeeded, deliberately. */
  readonly repeatUndo: boolean
  readonly createHooks: CreateHooks
}

/**
 * Goes on where it stood. A rollback that has succeeded is left alone.
 * @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID, SECRET_MISSING, STATE_UNREACHABLE, LINE_STOPPED when somebody
 * else is at it, USAGE when it was aborted
 */
export async function resumeRollback(request: ResumeRequest): Promise<RollbackRecord> {
  const state = await resumable(request)
  const { begun } = state
  const secrets = resolveSecrets(begun.secrets, request.run.host.env)
  const lock = rollbackLock(begun, request)
  await sayWhenStateIsStrange(state, request)
  // Whoever holds the line is the only one: what the journal says from here on stays true.
  await lock.acquire()
  try {
    return await goOn(request, secrets, lock)
  } finally {
    await lock.release().catch(() => undefined)
  }
}

/** A process that died after the freeze has left the line stopped. */
async function sayWhenStateIsStrange(
  { begun, steps, step, record }: RollbackState,
  { run }: ResumeRequest,
): Promise<void> {
  const isHeld = record === null && steps.get('freeze')?.outcome === 'succeeded' && step !== 'release'
  if (!isHeld || steps.has('release') || (await readDeployLock(run.store)) !== null) return
  run.note(
    `the deploy lock of ${begun.rollbackId} is not in this state store. Did the run use another --state? Others who share that one do not see this rollback`,
  )
}

async function goOn(
  request: ResumeRequest,
  secrets: Readonly<Record<string, string>>,
  lock: DeployLock,
): Promise<RollbackRecord> {
  const { folder, repeatUndo, run } = request
  const state = await resumable(request)
  if (state.record?.outcome === 'succeeded') return state.record
  const journal = reopenRollbackJournal(folder.path)
  const at = isoOf(run.host.clock.wallMs())
  journal.append({ kind: 'resumed', at, process: processIdentity(process.pid), repeatUndo })
  const { rollbackId, violations, plan, facts, validation, cwd } = state.begun
  const known = { rollbackId, violations, plan, facts, validation, secrets, unarmed: null }
  const there = { ...run, host: { ...run.host, cwd } }
  return await carryOut({
    request: { ...request, ...request.createHooks(state), ...known, run: there },
    lock,
    journal,
    mask: createMask(secrets),
    state,
    repeatUndo,
  })
}

/**
 * Aborts a rollback and releases the deploy lock that it held.
 * @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID, STATE_UNREACHABLE, LINE_STOPPED, USAGE when it has ended
 */
export async function abortRollback(
  folder: string,
  reason: string,
  { store, host }: Pick<RunContext, 'store' | 'host'>,
): Promise<void> {
  const state = await readRollbackState(folder)
  requireOver(state)
  const owner = await ownedLock(store, state)
  if (owner === null && state.record !== null)
    throw new HarnessError('USAGE', `the rollback has ended: ${state.record.message}`, {
      hint: 'There is nothing to abort: it does not hold the deploy lock.',
    })
  if (owner !== null) await freeDeadLock(store, owner)
  const journal = reopenRollbackJournal(folder)
  journal.append({ kind: 'aborted', at: isoOf(host.clock.wallMs()), by: userAtHost(), reason })
  journal.close()
}

/** The line, when it is held in the name of this rollback. @throws HarnessError STATE_UNREACHABLE */
async function ownedLock(store: StateStore, { begun }: RollbackState): Promise<LineOwner | null> {
  const owner = await readDeployLock(store)
  return owner?.rollbackId === begun.rollbackId ? owner : null
}

/** @throws HarnessError USAGE when there is nothing to resume */
async function resumable({ folder, repeatUndo }: ResumeRequest): Promise<RollbackState> {
  const state = await readRollbackState(folder.path)
  requireOver(state)
  const { aborted, undos } = state
  if (aborted !== null)
    throw new HarnessError('USAGE', `the rollback was aborted by ${aborted.by}: ${aborted.reason}`, {
      hint: 'Nothing is left to resume; finish the rollback by hand.',
    })
  const ends = [...undos.values()].map(({ ended }) => ended?.outcome)
  if (repeatUndo && ends.length > 0 && ends.every((outcome) => outcome === 'succeeded'))
    throw new HarnessError('USAGE', 'every undo is known to have succeeded: there is none to repeat', {
      hint: 'Without --repeat-undo, the system is only verified again.',
    })
  return state
}

function requireOver(state: RollbackState): void {
  if (!isRunning(state)) return
  const { pid, host } = state.process
  throw new HarnessError('USAGE', `the rollback is being carried out by process ${pid} on ${host}`, {
    hint: 'Wait for it to end. To stop it, send SIGINT to that process: it then releases the deploy lock.',
  })
}
