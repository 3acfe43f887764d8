import type { Clock } from '../base/clock.ts'

/** A stream that text is written to. Writing to a closed one is ignored. */
export interface TextStream {
  readonly isTerminal: boolean
  readonly columns: number
  write(text: string): void
}

export type SignalName = 'SIGINT' | 'SIGTERM'

/** The one door to the process around us; tests put a fake in its place. */
export interface Host {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly clock: Clock
  readonly cores: number
  /** All of standard input as text. */
  readStdin(): Promise<string>
  /** Calls back for each signal until the returned function is called. */
  onSignal(listener: (signal: SignalName) => void): () => void
}
