import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { SKIP_MARKER } from '../kit/suite.ts'
import { cpuSecondsOf } from './cpu-time.ts'
import type { FileEnd, RunFile, TestProcessMessage } from './protocol.ts'

const MAIN = fileURLToPath(new URL('test-process-main.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Only what hangs comes to it: a busy machine takes its time. */
const FILE_LIMIT_MS = 600_000
const END_LIMIT_MS = 5_000

/** How a test file ended. */
export interface FileOutcome {
  readonly file: string
  readonly passed: number
  /** Tests that failed; 1 at least when something is wrong with the file as a whole. */
  readonly failed: number
  /** The lines that say what was skipped, and why. */
  readonly skipped: readonly string[]
  /** What the file wrote, then what is wrong with the file as a whole. */
  readonly output: string
  readonly seconds: number
  /** CPU time of the test process and of the processes it started, unlike `seconds` hardly touched by what else the machine does. */
  readonly cpuSeconds: number
}

/** A process that runs test files one after the other; one that a file ended or hung is replaced. */
export class TestProcess {
  #child: ChildProcess | null = null

  /** Runs a file to its end. @param browser where the browser listens that files share */
  async run(file: string, browser?: string): Promise<FileOutcome> {
    const child = await this.#running()
    const pid = child.pid ?? 0
    const startMs = performance.now()
    const cpuBefore = cpuSecondsOf(pid)
    let output = ''
    const hear = (chunk: unknown) => {
      output += String(chunk)
    }
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', hear)
    const limit = setTimeout(() => this.kill(), FILE_LIMIT_MS)
    const end = await new Promise<FileEnd>((resolve) => {
      child.on('message', (message: TestProcessMessage) => {
        if (message.kind === 'output') hear(message.text)
        if (message.kind === 'ended') resolve(message)
      })
      child.on('close', (status, signal) => {
        const how = signal === null ? `exited with status ${status}` : `was ended by ${signal}`
        const complaint = `its process ${how}; the limit is ${FILE_LIMIT_MS / 1000} s a file`
        resolve({ total: 0, passed: 0, complaints: [complaint] })
      })
      child.send({ file, ...(browser === undefined ? {} : { browser }) } satisfies RunFile)
    })
    clearTimeout(limit)
    child.removeAllListeners('message').removeAllListeners('close')
    for (const stream of [child.stdout, child.stderr]) stream?.off('data', hear)
    return {
      ...outcomeOf(file, end, output),
      seconds: (performance.now() - startMs) / 1000,
      cpuSeconds: Math.max(0, cpuSecondsOf(pid) - cpuBefore),
    }
  }

  /** Lets the process end by itself, then ends all that its files left in its group. */
  async end(): Promise<void> {
    if (this.#child === null) return
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    const limit = setTimeout(() => this.kill(), END_LIMIT_MS)
    await exited
    clearTimeout(limit)
  }

  /** Ends the process, and all that its files left in its group. */
  kill(): void {
    const pid = this.#child?.pid
    this.#child = null
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // None of them is left.
    }
  }

  async #running(): Promise<ChildProcess> {
    if (this.#child !== null) return this.#child
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN], {
      cwd: ROOT,
      // Libraries that colour text do so wherever CI is set; what a test reads must not depend on who runs it.
      env: { ...process.env, CI: undefined },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own, to be ended with all that it started.
      detached: true,
    })
    this.#child = child
    child.once('exit', () => {
      if (this.#child === child) this.kill()
    })
    await once(child, 'message')
    return child
  }
}

function outcomeOf(file: string, end: FileEnd, output: string): Omit<FileOutcome, 'seconds' | 'cpuSeconds'> {
  const skipped = output.split('\n').filter((line) => line.startsWith(SKIP_MARKER))
  const complaints = [
    ...end.complaints,
    ...(end.total === 0 && skipped.length === 0 && end.complaints.length === 0 ? ['runs no test'] : []),
  ]
  return {
    file,
    passed: end.passed,
    failed: Math.max(end.total - end.passed, complaints.length > 0 ? 1 : 0),
    skipped,
    output: [output, ...complaints.map((complaint) => `${file}: ${complaint}`)].join('\n'),
  }
}
