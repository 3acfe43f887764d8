import { availableParallelism } from 'node:os'
import { createSystemClock } from '../../harness/base/clock.ts'
import type { Host, SignalName, TextStream } from '../../harness/ports/host.ts'

/** Variables under which a command writes plain lines, and no run is for a pull request that tests this project. */
export const PLAIN_OUTPUT = {
  NO_COLOR: '1',
  CI: '',
  GITHUB_EVENT_NAME: '',
  CI_MERGE_REQUEST_IID: '',
} as const

/** A stream that keeps what is written to it. */
export interface CapturedStream extends TextStream {
  readonly text: string
}

/** A process without a terminal, whose output is kept. */
export interface CapturingHost extends Host {
  readonly stdout: CapturedStream
  readonly stderr: CapturedStream
  /** Tells the command that the signal came. */
  signal(name: SignalName): void
}

/** The surroundings of a command that runs in the process of its test. */
export function aCapturingHost(args: readonly string[], cwd: string, input = ''): CapturingHost {
  const listeners = new Set<(signal: SignalName) => void>()
  return {
    args,
    env: { ...process.env, ...PLAIN_OUTPUT },
    cwd,
    stdout: aStream(),
    stderr: aStream(),
    clock: createSystemClock(),
    cores: availableParallelism(),
    readStdin: () => Promise.resolve(input),
    onSignal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signal(name) {
      for (const listener of [...listeners]) listener(name)
    },
  }
}

function aStream(): CapturedStream {
  const written: string[] = []
  return {
    isTerminal: false,
    hasColours: false,
    columns: 100,
    write: (text) => {
      written.push(text)
    },
    get text() {
      return written.join('')
    },
  }
}
