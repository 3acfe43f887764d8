/** The state of rollbacks and of the deploy lock, for people; and the ways to give them up by hand. */
import { isoOf } from '../../base/clock.ts'
import type { LineOwner, LineRelease } from '../../model/line.ts'
import type { RollbackOutcome } from '../../model/rollback.ts'
import type { Host } from '../../ports/host.ts'
import { userAtHost } from '../../system/process-identity.ts'
import { readDeployLock, readLastRelease, releaseDeadLock } from '../state/deploy-lock.ts'
import { withState } from '../state/emergency.ts'
import { abortRollback, isRunning, readRollbackState } from './resume.ts'
import type { RollbackState } from './rollback-state.ts'

export interface LockStatus {
  /** Null: the lock is free. */
  readonly line: LineOwner | null
  /** The last release by hand. */
  readonly released: LineRelease | null
}

/** @throws HarnessError USAGE, STATE_UNREACHABLE */
export function readLockStatus(state: string, host: Host): Promise<LockStatus> {
  return withState(state, host, async (store) => ({
    line: await readDeployLock(store),
    released: await readLastRelease(store),
  }))
}

export interface RollbackStatus {
  readonly rollback: RollbackState
  readonly status: 'running' | 'died' | 'aborted' | RollbackOutcome
  readonly line: LineOwner | null
}

/** @param folder path of the folder of the run @throws HarnessError ROLLBACK_NOT_FOUND, JOURNAL_INVALID, USAGE, STATE_UNREACHABLE */
export function readRollbackStatus(folder: string, state: string, host: Host): Promise<RollbackStatus> {
  return withState(state, host, async (store) => {
    const rollback = await readRollbackState(folder)
    return { rollback, status: statusOf(rollback), line: await readDeployLock(store) }
  })
}

function statusOf(rollback: RollbackState): RollbackStatus['status'] {
  if (rollback.aborted !== null) return 'aborted'
  if (rollback.record !== null) return rollback.record.outcome
  return isRunning(rollback) ? 'running' : 'died'
}

/** Gives a rollback up; resolves to who holds the lock then. @throws HarnessError as `abortRollback`, USAGE */
export function abortStoredRollback(
  folder: string,
  reason: string,
  state: string,
  host: Host,
): Promise<LineOwner | null> {
  return withState(state, host, async (store) => {
    await abortRollback(folder, reason, { store, host })
    return await readDeployLock(store)
  })
}

/** Frees the lock of a dead process; resolves to who held it, null when it was free. @throws HarnessError LINE_STOPPED, USAGE, STATE_UNREACHABLE */
export function releaseLockByHand(reason: string, state: string, host: Host): Promise<LineOwner | null> {
  const why = { by: userAtHost(), at: isoOf(host.clock.wallMs()), reason }
  return withState(state, host, (store) => releaseDeadLock(store, why))
}
