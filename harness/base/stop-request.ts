/**
 * Stopping of work in progress: the first request drains it, the second one aborts it. The command line creates one
 * switch from the signals of the process; keys and pages press the same switch, and all awaited work reacts to it.
 */
import { HarnessError } from './errors.ts'

/** `drain`: nothing new starts, work in progress may end. `abort`: work in progress is abandoned. */
export type StopLevel = 'none' | 'drain' | 'abort'

/** Called for each press. @param by who pressed: a signal, or the dashboard */
export type PressListener = (level: 'drain' | 'abort', by: string) => void

/** The stop request as seen by the work in progress. */
export interface StopRequest {
  readonly level: StopLevel
  /** Aborted by the first press. */
  readonly signal: AbortSignal
  /** Aborted by the second press. */
  readonly abortSignal: AbortSignal
  /** Calls back for each press until the returned function is called. */
  onPress(listener: PressListener): () => void
  /** Keeps the process from being ended by force until the returned function is called. */
  hold(): () => void
}

/** A stop request that is made by pressing it. */
export class StopSwitch implements StopRequest {
  readonly #drain = new AbortController()
  readonly #abort = new AbortController()
  readonly #listeners = new Set<PressListener>()
  readonly #holds = new Set<symbol>()
  #released: (() => void)[] = []

  get level(): StopLevel {
    if (!this.signal.aborted) return 'none'
    return this.abortSignal.aborted ? 'abort' : 'drain'
  }

  get signal(): AbortSignal {
    return this.#drain.signal
  }

  get abortSignal(): AbortSignal {
    return this.#abort.signal
  }

  press(by: string): void {
    const level = this.signal.aborted ? 'abort' : 'drain'
    if (level === 'drain') this.#drain.abort()
    else this.#abort.abort()
    for (const listener of [...this.#listeners]) listener(level, by)
  }

  onPress(listener: PressListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  hold(): () => void {
    const hold = Symbol('hold')
    this.#holds.add(hold)
    return () => {
      if (!this.#holds.delete(hold) || this.#holds.size > 0) return
      const released = this.#released
      this.#released = []
      for (const tell of released) tell()
    }
  }

  /** Resolves when nothing holds it. */
  async released(): Promise<void> {
    if (this.#holds.size > 0) await new Promise<void>((resolve) => this.#released.push(resolve))
  }
}

/** Creates a stop request that aborts the work at once when the signal aborts. */
export function givenUpBy(signal: AbortSignal): StopRequest {
  const stop = new StopSwitch()
  const giveUp = () => {
    stop.press('its caller')
    stop.press('its caller')
  }
  if (signal.aborted) giveUp()
  else signal.addEventListener('abort', giveUp, { once: true })
  return stop
}

/** Creates the error of work that was stopped before it had a result. @param where `during setup` */
export function interrupted(where: string): HarnessError {
  return new HarnessError('INTERRUPTED', `interrupted ${where}; nothing was measured`)
}

export function isInterrupted(error: unknown): boolean {
  return error instanceof HarnessError && error.code === 'INTERRUPTED'
}

/** Waits for work until the next press; not at all once it is to be aborted. @throws HarnessError INTERRUPTED */
export async function untilNextPress<T>(
  stop: StopRequest,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  if (stop.level === 'abort') throw interrupted(where)
  const pressed = new AbortController()
  const forget = stop.onPress(() => pressed.abort())
  try {
    return await unlessStopped(pressed.signal, where, work)
  } finally {
    forget()
  }
}

/**
 * Starts work unless a stop was requested, and waits for it until one is; the later result of abandoned work is ignored.
 * @param where for the error: `during setup`
 * @throws HarnessError INTERRUPTED
 */
export async function unlessStopped<T>(
  signal: AbortSignal,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw interrupted(where)
  let giveUp: () => void = () => undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(interrupted(where))
    signal.addEventListener('abort', giveUp)
  })
  try {
    return await Promise.race([work(), stopped])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
