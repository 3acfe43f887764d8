import type { runCommandLine } from '../../harness/cli/program.ts'
import type { SignalName } from '../../harness/ports/host.ts'
import { aCapturingHost, type CapturingHost } from './capturing-host.ts'

/** The built command line, without a process around it. */
const program = (await import(new URL('../../dist/cli/program.js', import.meta.url).href)) as {
  readonly runCommandLine: typeof runCommandLine
}

/** How a command ended. */
export interface CliEnd {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command under way. */
export interface RunningCommand {
  readonly ended: Promise<CliEnd>
  readonly stdout: string
  readonly stderr: string
  /** Resolves when stderr holds the text; rejects when the command ends before. */
  sees(text: string): Promise<void>
  /** Resolves when it holds; rejects when the command ends before. */
  until(holds: () => boolean): Promise<void>
  signal(name: SignalName): void
}

/** The built command in the process of the test: a start costs a second of CPU time less than that of a process. */
export class CommandHere implements RunningCommand {
  readonly #host: CapturingHost
  readonly ended: Promise<CliEnd>

  /** @param input all of standard input */
  constructor(args: readonly string[], cwd: string, input = '') {
    this.#host = aCapturingHost(args, cwd, input)
    // Threads inherit the options of this process: each would load the TypeScript loader, a quarter of a second of CPU time.
    process.execArgv.length = 0
    this.ended = program
      .runCommandLine(this.#host)
      .then((status) => ({ status, stdout: this.stdout, stderr: this.stderr }))
  }

  get stdout(): string {
    return this.#host.stdout.text
  }

  get stderr(): string {
    return this.#host.stderr.text
  }

  sees(text: string): Promise<void> {
    return this.until(() => this.stderr.includes(text))
  }

  until(holds: () => boolean): Promise<void> {
    return whileRunning(this, holds)
  }

  signal(name: SignalName): void {
    this.#host.signal(name)
  }
}

/** Resolves when it holds; rejects when the command ends before. */
export async function whileRunning(
  command: Pick<RunningCommand, 'ended' | 'stdout' | 'stderr'>,
  holds: () => boolean,
): Promise<void> {
  let isOver = false
  void command.ended.then(() => {
    isOver = true
  })
  while (!holds()) {
    if (isOver) throw new Error(`ended before ${holds}:\n${command.stdout}\n${command.stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
