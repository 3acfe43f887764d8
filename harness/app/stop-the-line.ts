/**
 * The stop-the-line lock: one process at a time puts a system back, and nobody else who shares the state store begins a run
 * meanwhile. It lapses by itself when the process that holds it is killed; only its owner releases it.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CancelTimer, Clock } from '../base/clock.ts'
import { HarnessError } from '../base/errors.ts'
import { formatDurationMs } from '../base/units.ts'
import { describeOwner, LINE_KEY, type LineOwner, lineOwnerSchema } from '../model/line.ts'
import type { StateStore } from '../ports/state-store.ts'
import { isAlive, isOfThisHost } from './process-identity.ts'

/** A killed process holds the line no longer than this. */
export const LINE_TTL_MS = 30_000
const RENEW_MS = 10_000
const EXPIRY = { ttlMs: LINE_TTL_MS }

/** The line as one process sees it. */
export interface Line {
  /**
   * Stops it, or takes it over from a dead process of the same rollback. Safe to repeat. A line that this process has
   * stopped already, for something larger, stays stopped when this is released.
   * @throws HarnessError LINE_STOPPED, naming who holds it; STATE_UNREACHABLE
   */
  stop(): Promise<void>
  /** Who took it while it should have been held; null when nobody did. */
  lostTo(): LineOwner | null
  /** Safe to repeat, and to call when it was never stopped. @throws HarnessError STATE_UNREACHABLE: then it lapses */
  release(): Promise<void>
}

/** Who has stopped the line; null when it is free. @throws HarnessError STATE_UNREACHABLE */
export async function readLine(store: StateStore): Promise<LineOwner | null> {
  const text = await store.get(LINE_KEY)
  return text === null ? null : ownerOf(text)
}

/** The same, but null too when it is this very process that has stopped it. @throws HarnessError STATE_UNREACHABLE */
export async function lineOfOthers(store: StateStore): Promise<LineOwner | null> {
  const owner = await readLine(store)
  return owner !== null && isThisProcess(owner) ? null : owner
}

/** A container that is started again gives the same ids to other processes. */
function isThisProcess(owner: LineOwner): boolean {
  return isOfThisHost(owner) && owner.pid === process.pid && isAlive(owner)
}

/** Whether the line was this owner's, and is free now. @throws HarnessError STATE_UNREACHABLE */
export async function releaseLine(store: StateStore, owner: LineOwner): Promise<boolean> {
  const held = await store.get(LINE_KEY)
  if (held === null || !isDeepStrictEqual(ownerOf(held), owner)) return false
  return store.compareAndSet(LINE_KEY, held, null)
}

/** A line that is not stopped yet. */
export function createLine(store: StateStore, clock: Clock, owner: LineOwner): Line {
  return new OwnLine(store, clock, owner)
}

class OwnLine implements Line {
  readonly #store: StateStore
  readonly #clock: Clock
  readonly #owner: LineOwner
  readonly #text: string
  #cancelRenewal: CancelTimer | null = null
  #lostTo: LineOwner | null = null
  #isOver = false
  #isWithinOwn = false

  constructor(store: StateStore, clock: Clock, owner: LineOwner) {
    this.#store = store
    this.#clock = clock
    this.#owner = owner
    this.#text = textOf(owner)
  }

  async stop(): Promise<void> {
    await this.#take()
    if (this.#isWithinOwn) return
    // The caller had given up waiting: what came too late is given back.
    if (this.#isOver) await this.#giveBack()
    else this.#cancelRenewal ??= this.#clock.every(RENEW_MS, () => void this.#renew())
  }

  lostTo(): LineOwner | null {
    return this.#lostTo
  }

  async release(): Promise<void> {
    this.#isOver = true
    this.#cancelRenewal?.()
    await this.#giveBack()
  }

  async #take(): Promise<void> {
    if (await this.#store.setIfAbsent(LINE_KEY, this.#text, EXPIRY)) return
    const held = await this.#store.get(LINE_KEY)
    if (held === this.#text) return
    const holder = held === null ? null : ownerOf(held)
    this.#isWithinOwn = holder !== null && isThisProcess(holder)
    if (this.#isWithinOwn) return
    const isFree = holder === null || this.#mayTakeOver(holder)
    if (isFree && (await this.#store.compareAndSet(LINE_KEY, held, this.#text, EXPIRY))) return
    throw stopped(isFree ? ((await readLine(this.#store)) ?? this.#owner) : (holder ?? this.#owner))
  }

  #mayTakeOver(holder: LineOwner): boolean {
    const isSame = holder.rollbackId !== null && holder.rollbackId === this.#owner.rollbackId
    return isSame && isOfThisHost(holder) && !isAlive(holder)
  }

  async #giveBack(): Promise<void> {
    if (!this.#isWithinOwn) await releaseLine(this.#store, this.#owner)
  }

  /** A store that is away is asked again at the next turn; a line that has lapsed meanwhile is taken again. */
  async #renew(): Promise<void> {
    try {
      if (await this.#store.compareAndSet(LINE_KEY, this.#text, this.#text, EXPIRY)) return
      if (await this.#store.setIfAbsent(LINE_KEY, this.#text, EXPIRY)) return
      this.#lostTo ??= await readLine(this.#store)
    } catch {
      // Unreachable: what becomes of the line is seen when it is back.
    } finally {
      if (this.#isOver) await this.#giveBack().catch(() => undefined)
    }
  }
}

/** Who holds it, when and why, and whether that process is known to be dead: for people. */
export function describeHolder(holder: LineOwner): string {
  const isDead = isOfThisHost(holder) && !isAlive(holder)
  const state = isDead
    ? `; that process is gone, the lock lapses within ${formatDurationMs(LINE_TTL_MS)}`
    : ''
  return `${describeOwner(holder)}${state}`
}

function stopped(holder: LineOwner): HarnessError {
  return new HarnessError('LINE_STOPPED', `the line is stopped by ${describeHolder(holder)}`, {
    hint: 'See where it stands with `proofload rollback status`; wait for it, or end it with `proofload rollback abort RUN --reason WHY`.',
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
