import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import type { SignalName } from '../../harness/ports/host.ts'
import { PLAIN_OUTPUT } from './capturing-host.ts'
import { type CliEnd, CommandHere, type RunningCommand, whileRunning } from './command-here.ts'

/** The built command. */
export const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname
/** The built command in a process of its own. */
export class CliProcess implements RunningCommand {
  readonly child: ChildProcess
  readonly ended: Promise<CliEnd>
  stdout = ''
  stderr = ''

  /** @param under a command to run it under, such as taskset @param env variables besides those of the tests */
  constructor(
    args: readonly string[],
    cwd: string,
    under: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    const [command = '', ...rest] = [...under, process.execPath, MAIN, ...args]
    this.child = spawn(command, rest, {
      cwd,
      env: { ...process.env, ...PLAIN_OUTPUT, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += chunk
    })
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk
    })
    this.ended = new Promise((resolve) =>
      this.child.on('close', (status) => resolve({ status, stdout: this.stdout, stderr: this.stderr })),
    )
  }

  sees(text: string): Promise<void> {
    return this.until(() => this.stderr.includes(text))
  }

  until(holds: () => boolean): Promise<void> {
    return whileRunning(this, holds)
  }

  signal(name: SignalName): void {
    this.child.kill(name)
  }
}

/** What a run left behind. */
export interface JudgedRun {
  readonly verdict: VerdictDocument
  readonly record: RunRecord
  readonly status: number | null
}

/** A folder of its own for one test, with the command at hand. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'proofload-test-'))

  write(name: string, text: string): string {
    writeFileSync(join(this.path, name), text)
    return name
  }

  /** @param file absolute, or in the folder */
  read(file: string): string {
    return readFileSync(resolve(this.path, file), 'utf8')
  }

  /** Starts a command in this process. */
  start(...args: readonly string[]): CommandHere {
    return new CommandHere(args, this.path)
  }

  /** Runs a command in this process to its end. */
  run(...args: readonly string[]): Promise<CliEnd> {
    return this.start(...args).ended
  }

  /** Runs with this on standard input. */
  runWithInput(input: string, ...args: readonly string[]): Promise<CliEnd> {
    return new CommandHere(args, this.path, input).ended
  }

  /** Starts a process of its own, which can be killed and gets real signals. */
  startProcess(...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path)
  }

  /** Starts a process with these variables of the environment. */
  startWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path, [], env)
  }

  /** Starts a process under another command. */
  startUnder(under: readonly string[], ...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path, under)
  }

  /** Runs with `--json --quiet`; gives the verdict, the stored record, and the exit status. */
  async verdictOf(...args: readonly string[]): Promise<JudgedRun> {
    return judgedRunOf(await this.run('run', ...args, '--json', '--quiet'))
  }

  /** The same, in a process of its own under another command. */
  async verdictUnder(under: readonly string[], ...args: readonly string[]): Promise<JudgedRun> {
    return judgedRunOf(await this.startUnder(under, 'run', ...args, '--json', '--quiet').ended)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

function judgedRunOf({ status, stdout, stderr }: CliEnd): JudgedRun {
  if (!stdout.startsWith('{')) throw new Error(`no verdict on stdout (exit ${status}):\n${stdout}\n${stderr}`)
  const verdict = JSON.parse(stdout) as VerdictDocument
  const record = JSON.parse(readFileSync(verdict.files['record'] ?? '', 'utf8')) as RunRecord
  return { verdict, record, status }
}

/** Runs a body in a workplace that is removed afterwards. */
export async function inWorkplace(body: (place: Workplace) => Promise<void>): Promise<void> {
  const place = new Workplace()
  try {
    await body(place)
  } finally {
    place.remove()
  }
}
