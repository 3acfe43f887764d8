/**
 * The deploy lock: one process at a time rolls a system back, and nobody else who shares the state store can start a run in that
 * time. Only its owner releases it. When the process that holds it is killed, a lock that was taken for a rollback stays held,
 * because the system is not known to be healthy, until somebody resumes the rollback, aborts it or releases the lock; any other lapses by
 * itself. A lease beside it, renewed as long as the process lives, tells other machines whether it does.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CancelTimer, Clock } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { formatDurationMs } from '../../base/units.ts'
import {
  describeOwner,
  LINE_KEY,
  LINE_LEASE_KEY,
  LINE_RELEASES_KEY,
  type LineOwner,
  type LineRelease,
  lineOwnerSchema,
  lineReleaseSchema,
} from '../../model/line.ts'
import type { Expiry, StateStore } from '../../ports/state-store.ts'
import { isAlive, isOfThisHost } from '../../system/process-identity.ts'

/** A killed process is known to be dead on other machines, too, after this. */
export const LINE_TTL_MS = 30_000
const RENEW_MS = 10_000
const EXPIRY = { ttlMs: LINE_TTL_MS }

/** The lock as one process sees it. */
export interface DeployLock {
  /**
   * Takes it, or takes it over from a dead process of the same rollback. Safe to repeat. A lock that this process holds
   * already, for something larger, is given back to it on release.
   * @throws HarnessError LINE_STOPPED, naming who holds it; STATE_UNREACHABLE
   */
  acquire(): Promise<void>
  /** The owner who took it while it should have been held; null: nobody did. */
  takenOverBy(): LineOwner | null
  /** Safe to repeat, and to call when it was never taken. @throws HarnessError STATE_UNREACHABLE: then a rollback's stays */
  release(): Promise<void>
}

/** Reads who holds the lock; null when it is free. @throws HarnessError STATE_UNREACHABLE */
export async function readDeployLock(store: StateStore): Promise<LineOwner | null> {
  const text = await store.get(LINE_KEY)
  return text === null ? null : ownerOf(text)
}

/** Reads who else holds the lock; null also when it is this very process. @throws HarnessError STATE_UNREACHABLE */
export async function lockOfOthers(store: StateStore): Promise<LineOwner | null> {
  const owner = await readDeployLock(store)
  return owner !== null && isThisProcess(owner) ? null : owner
}

/** A container that is started again gives the same ids to other processes. */
function isThisProcess(owner: LineOwner): boolean {
  return isOfThisHost(owner) && owner.pid === process.pid && isAlive(owner)
}

/** Frees the lock if it is this owner's; resolves to whether it was. @throws HarnessError STATE_UNREACHABLE */
export async function releaseLock(store: StateStore, owner: LineOwner): Promise<boolean> {
  const held = await store.get(LINE_KEY)
  if (held === null || !isDeepStrictEqual(ownerOf(held), owner)) return false
  return store.compareAndSet(LINE_KEY, held, null)
}

/** Tests whether the owner's process lives, as far as anybody can tell. @throws HarnessError STATE_UNREACHABLE */
async function isHeldAlive(store: StateStore, owner: LineOwner): Promise<boolean> {
  return isOfThisHost(owner) ? isAlive(owner) : (await store.get(LINE_LEASE_KEY)) !== null
}

/** Frees a lock whose process is dead. @throws HarnessError LINE_STOPPED while it may live, STATE_UNREACHABLE */
export async function freeDeadLock(store: StateStore, owner: LineOwner): Promise<void> {
  if (await isHeldAlive(store, owner))
    throw new HarnessError('LINE_STOPPED', `the deploy lock is held by ${describeOwner(owner)}`, {
      hint: `Wait for it to end. If its process on ${owner.host} has died, that is detected within half a minute: try again then.`,
    })
  await releaseLock(store, owner)
}

/** Frees the lock for a reason that is kept, where the folder of its rollback is gone. Resolves to who held it; null when it was free. @throws HarnessError LINE_STOPPED, STATE_UNREACHABLE */
export async function releaseDeadLock(
  store: StateStore,
  why: Omit<LineRelease, 'owner'>,
): Promise<LineOwner | null> {
  const owner = await readDeployLock(store)
  if (owner === null) return null
  await freeDeadLock(store, owner)
  await store.append(LINE_RELEASES_KEY, JSON.stringify({ ...why, owner } satisfies LineRelease))
  return owner
}

/** Reads the last release by hand; null when there was none, or its line was changed from outside. @throws HarnessError STATE_UNREACHABLE */
export async function readLastRelease(store: StateStore): Promise<LineRelease | null> {
  const text = (await store.lines(LINE_RELEASES_KEY)).at(-1)
  if (text === undefined) return null
  try {
    return lineReleaseSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Makes a lock that is not taken yet. */
export function createDeployLock(store: StateStore, clock: Clock, owner: LineOwner): DeployLock {
  return new HeldLock(store, clock, owner)
}

class HeldLock implements DeployLock {
  readonly #store: StateStore
  readonly #clock: Clock
  readonly #owner: LineOwner
  readonly #text: string
  #cancelRenewal: CancelTimer | null = null
  #takenOverBy: LineOwner | null = null
  #isOver = false
  /** Text of the lock that this process holds already for something larger. */
  #borrowedFrom: string | null = null

  constructor(store: StateStore, clock: Clock, owner: LineOwner) {
    this.#store = store
    this.#clock = clock
    this.#owner = owner
    this.#text = textOf(owner)
  }

  async acquire(): Promise<void> {
    await this.#take()
    await this.#store.set(LINE_LEASE_KEY, this.#text, EXPIRY)
    // The caller had given up waiting: what came too late is given back.
    if (this.#isOver) await this.#giveBack()
    else this.#cancelRenewal ??= this.#clock.every(RENEW_MS, () => void this.#renew())
  }

  takenOverBy(): LineOwner | null {
    return this.#takenOverBy
  }

  async release(): Promise<void> {
    this.#isOver = true
    this.#cancelRenewal?.()
    await this.#giveBack()
  }

  async #take(): Promise<void> {
    const expiry = expiryOf(this.#owner)
    if (await this.#store.setIfAbsent(LINE_KEY, this.#text, expiry)) return
    const held = await this.#store.get(LINE_KEY)
    if (held === this.#text) return
    const holder = held === null ? null : ownerOf(held)
    const isOwn = holder !== null && isThisProcess(holder)
    const isFree = holder === null || isOwn || (await this.#mayTakeOver(holder))
    if (isFree && (await this.#store.compareAndSet(LINE_KEY, held, this.#text, expiry))) {
      if (isOwn) this.#borrowedFrom = held
      return
    }
    throw stopped(isFree ? ((await readDeployLock(this.#store)) ?? this.#owner) : (holder ?? this.#owner))
  }

  async #mayTakeOver(holder: LineOwner): Promise<boolean> {
    const isSame = holder.rollbackId !== null && holder.rollbackId === this.#owner.rollbackId
    return isSame && !(await isHeldAlive(this.#store, holder))
  }

  async #giveBack(): Promise<void> {
    const borrowedFrom = this.#borrowedFrom
    if (borrowedFrom !== null)
      await this.#store.compareAndSet(LINE_KEY, this.#text, borrowedFrom, expiryOf(ownerOf(borrowedFrom)))
    else {
      await releaseLock(this.#store, this.#owner)
      await this.#store.compareAndSet(LINE_LEASE_KEY, this.#text, null)
    }
  }

  async #hold(): Promise<boolean> {
    const expiry = expiryOf(this.#owner)
    const isHeld =
      (await this.#store.compareAndSet(LINE_KEY, this.#text, this.#text, expiry)) ||
      (await this.#store.setIfAbsent(LINE_KEY, this.#text, expiry))
    if (isHeld) await this.#store.set(LINE_LEASE_KEY, this.#text, EXPIRY)
    return isHeld
  }

  /** A store that is away is asked again at the next turn; a line that has lapsed meanwhile is taken again. */
  async #renew(): Promise<void> {
    try {
      if (await this.#hold()) return
      // While it is lent, it is another part of this process that holds it.
      this.#takenOverBy ??= await lockOfOthers(this.#store)
    } catch {
      // Unreachable: what becomes of the line is seen when it is back.
    } finally {
      if (this.#isOver) await this.#giveBack().catch(() => undefined)
    }
  }
}

/** Forever for a rollback: a system that is half put back is not for others to load. */
function expiryOf({ rollbackId }: LineOwner): Expiry {
  return rollbackId === null ? EXPIRY : { ttlMs: null }
}

/** Describes for people who holds it, when and why, and whether that process is known to be dead. */
export function describeHolder(holder: LineOwner): string {
  const isDead = isOfThisHost(holder) && !isAlive(holder)
  if (!isDead) return describeOwner(holder)
  const end =
    holder.rollbackId === null
      ? `lapses within ${formatDurationMs(LINE_TTL_MS)}`
      : 'stays until its rollback is resumed or aborted'
  return `${describeOwner(holder)}; that process is gone, the lock ${end}`
}

function stopped(holder: LineOwner): HarnessError {
  return new HarnessError('LINE_STOPPED', `the deploy lock is held by ${describeHolder(holder)}`, {
    hint: 'See its progress with `proofload rollback status` and wait for it. If its process has died: `proofload rollback resume RUN`, `abort RUN --reason WHY`, or `release --reason WHY` if the folder of the run is gone.',
  })
}

/** The owner as it was written; a lock of another version is somebody's all the same. */
function ownerOf(text: string): LineOwner {
  try {
    return lineOwnerSchema.parse(JSON.parse(text))
  } catch {
    const unknown = 'unknown'
    return {
      by: unknown,
      pid: 0,
      host: unknown,
      startTicks: null,
      runId: null,
      rollbackId: null,
      at: unknown,
      reason: `the lock cannot be read: ${text.slice(0, 200)}`,
      correlationId: unknown,
    }
  }
}

/** One owner, one text: comparing texts is comparing owners. */
function textOf(owner: LineOwner): string {
  return JSON.stringify(lineOwnerSchema.parse(owner))
}
