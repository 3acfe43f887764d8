import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { runCommandLine } from '../../harness/cli/program.ts'
import type { RunRecord } from '../../harness/model/run-record.ts'
import type { VerdictDocument } from '../../harness/model/verdict.ts'
import { aCapturingHost, PLAIN_OUTPUT } from './capturing-host.ts'

/** The built command. */
export const MAIN = new URL('../../dist/cli/main.js', import.meta.url).pathname
/** The same without a process around it. */
const program = (await import(new URL('../../dist/cli/program.js', import.meta.url).href)) as {
  readonly runCommandLine: typeof runCommandLine
}
/** How a command ended. */
export interface CliEnd {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The built command in a process of its own. */
export class CliProcess {
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

  /** Resolves when stderr holds the text; rejects when the command ends before. */
  async sees(text: string): Promise<void> {
    let over = false
    void this.ended.then(() => {
      over = true
    })
    while (!this.stderr.includes(text)) {
      if (over) throw new Error(`ended without '${text}':\n${this.stdout}\n${this.stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
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

  start(...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path)
  }

  /** Starts it with these variables of the environment. */
  startWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path, [], env)
  }

  /** Starts it under another command. */
  startUnder(under: readonly string[], ...args: readonly string[]): CliProcess {
    return new CliProcess(args, this.path, under)
  }

  /** Runs a command to its end, in this process. */
  run(...args: readonly string[]): Promise<CliEnd> {
    return this.runWithInput('', ...args)
  }

  /** Runs with this on standard input. */
  async runWithInput(input: string, ...args: readonly string[]): Promise<CliEnd> {
    const host = aCapturingHost(args, this.path, input)
    const status = await program.runCommandLine(host)
    return { status, stdout: host.stdout.text, stderr: host.stderr.text }
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
