import type { Clock } from '../base/clock.ts'

/** A stream for text. Writes to a closed stream are ignored. */
export interface TextStream {
  readonly isTerminal: boolean
  /** True when colours are wanted: on a terminal that supports them, unless disabled. */
  readonly hasColours: boolean
  readonly columns: number
  /** The height of the terminal in rows; absent for other streams. */
  readonly rows?: number
  write(text: string): void
  /** True when some output could not be written, e.g. because the disk is full. A reader that closed its end does not count. */
  readonly isLost?: boolean
  /** True while a terminal has not accepted all output yet; absent for streams whose writes complete at once. */
  readonly isBehind?: boolean
  /** Resolves when all output has been accepted. */
  caughtUp?(): Promise<void>
  /** Calls back when the window is resized, until the returned function is called. */
  onResize?(listener: () => void): () => void
}

/** Signals that ask a process to end: ctrl-C, a supervisor, a terminal that was closed. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The keyboard of the terminal. */
export interface Keyboard {
  /**
   * Calls back with the typed text, at once and without echo, until the returned function is called. During that time ctrl-C is a
   * key like any other (`\u0003`) and raises no signal.
   */
  onKey(listener: (text: string) => void): () => void
  /** Calls back when the process ends unexpectedly, before the error is printed, until the returned function is called. */
  onCrash(listener: () => void): () => void
}

/** The only access to the process; tests replace it with a fake. */
export interface Host {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly clock: Clock
  readonly cores: number
  /** Absent without a terminal, or when running in the background of one. */
  readonly keyboard?: Keyboard
  /** Reads all of standard input as text. */
  readStdin(): Promise<string>
  /** Calls back for each signal until the returned function is called. */
  onSignal(listener: (signal: SignalName) => void): () => void
}
