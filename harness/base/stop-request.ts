/**
 * How people end work under way: asked once, it ends in good order; asked again, it is given up. The command line makes one
 * switch of the signals of the process, keys and pages press the same, and whatever is awaited heeds it.
 */
import { HarnessError } from './errors.ts'

/** `drain`: nothing new is begun, what is under way may end. `abort`: what is under way is given up. */
export type StopLevel = 'none' | 'drain' | 'abort'

/** Told of each press. @param by who pressed: a signal, or the dashboard */
export type PressListener = (level: 'drain' | 'abort', by: string) => void

/** Whether somebody asked for the end, as whatever is under way sees it. */
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

/** A stop request for work that is given up at once when the signal aborts. */
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

/** The error of work that was ended by a stop request before there was a result. @param where `during setup` */
export function interrupted(where: string): HarnessError {
  return new HarnessError('INTERRUPTED', `interrupted ${where}; nothing was measured`)
}

export function isInterrupted(error: unknown): boolean {
  return error instanceof HarnessError && error.code === 'INTERRUPTED'
}

/** Waits for work until somebody presses again; not at all once it is to be given up. @throws HarnessError INTERRUPTED */
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
 * Begins work unless a stop was asked for, and waits for it until one is: whatever becomes of the work after that, nobody hears.
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
