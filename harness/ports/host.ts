import type { Clock } from '../base/clock.ts'

/** A stream that text is written to. Writing to a closed one is ignored. */
export interface TextStream {
  readonly isTerminal: boolean
  /** Whether colours are wanted: on a terminal that shows them, unless somebody said no. */
  readonly hasColours: boolean
  readonly columns: number
  /** Of a terminal. */
  readonly rows?: number
  write(text: string): void
  /** Whether something was written that could not be kept: a full disk. A reader that went away wanted no more. */
  readonly isLost?: boolean
  /** Whether a terminal has not taken yet what was written; absent where nobody waits for that. */
  readonly isBehind?: boolean
  /** Resolves when it has. */
  caughtUp?(): Promise<void>
  /** Calls back when the window has another size, until the returned function is called. */
  onResize?(listener: () => void): () => void
}

/** Signals that ask a process to end: ctrl-C, a supervisor, a terminal that was closed. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The terminal somebody sits at. */
export interface Keyboard {
  /**
   * Calls back with what is typed, at once and unechoed, until the returned function is called. Meanwhile ctrl-C is a key
   * like any other (`\u0003`), and no signal.
   */
  onKey(listener: (text: string) => void): () => void
  /** Calls back when the process ends for a reason nobody foresaw, before that is told; until the returned function is called. */
  onCrash(listener: () => void): () => void
}

/** The one door to the process around us; tests put a fake in its place. */
export interface Host {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly clock: Clock
  readonly cores: number
  /** Absent where nobody types: no terminal, or in the background of one. */
  readonly keyboard?: Keyboard
  /** All of standard input as text. */
  readStdin(): Promise<string>
  /** Calls back for each signal until the returned function is called. */
  onSignal(listener: (signal: SignalName) => void): () => void
}
