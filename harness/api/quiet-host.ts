/** The surroundings of runs that another program starts: no signals, no keyboard, and no output unless it is asked for. */
import { availableParallelism } from 'node:os'
import { createSystemClock } from '../base/clock.ts'
import type { Host, TextStream } from '../ports/host.ts'

export interface QuietHostOptions {
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string | undefined>> | undefined
  /** Gets what the command would print on stderr. */
  readonly log: (text: string) => void
}

/** Creates a host that leaves the process alone. */
export function createQuietHost({ cwd, env, log }: QuietHostOptions): Host {
  return {
    args: [],
    // biome-ignore lint/style/noProcessEnv: a program that says nothing else means its own environment.
    env: env ?? process.env,
    cwd: cwd ?? process.cwd(),
    stdout: textStream(() => undefined),
    stderr: textStream(log),
    clock: createSystemClock(),
    cores: availableParallelism(),
    readStdin: () => Promise.resolve(''),
    onSignal: () => () => undefined,
  }
}

function textStream(write: (text: string) => void): TextStream {
  return { isTerminal: false, hasColours: false, columns: 100, write }
}
