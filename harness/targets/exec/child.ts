/** One running command: a process group of its own, its output counted, kept and limited. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../base/clock.ts'
import { killGroup } from '../../system/child-process.ts'
import type { CommandLine } from './command.ts'
import { cpuMsOf } from './cpu-time.ts'

const STDERR_BYTES_KEPT = 4096
/** The time in which a command may put things in order after SIGTERM. */
const GRACE_MS = 2000

export interface ChildLimits {
  readonly outputBytesMax: number
  readonly keepsOutput: boolean
}

/** The events of a command, each at most once. */
export interface ChildEvents {
  firstByte(): void
  tooMuch(): void
  /** It never ran. */
  notStarted(error: Error): void
  /** Its process is gone and its output closed. @param end exit status or name of the signal */
  ended(end: number | string): void
}

export class Child {
  /** The number of bytes of both outputs. */
  bytes = 0
  /** CPU time, ms; null where it could not be read. */
  cpuMs: number | null = null
  readonly #process: ChildProcess
  readonly #clock: Clock
  readonly #limits: ChildLimits
  readonly #events: ChildEvents
  #stdout: Buffer[] = []
  #stderr: Buffer[] = []
  #stderrBytes = 0
  #isEnding = false
  #isGone = false

  /** Starts it, which is part of its time. */
  constructor(line: CommandLine, limits: ChildLimits, clock: Clock, events: ChildEvents) {
    this.#clock = clock
    this.#limits = limits
    this.#events = events
    const { command, args, cwd, env, stdin } = line
    this.#process = spawn(command, args, {
      cwd,
      env,
      detached: true,
      stdio: [stdin === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    this.#follow()
    // A command that reads nothing closes it: what is left is not its business.
    this.#process.stdin?.on('error', () => undefined).end(stdin)
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#stdout)
  }

  /** The first part of what it wrote to standard error. */
  get stderr(): string {
    return Buffer.concat(this.#stderr).toString('utf8', 0, STDERR_BYTES_KEPT)
  }

  /** Ends it and all it has started: asks first, and insists after two seconds. */
  end(): void {
    if (this.#isEnding || this.#isGone) return
    this.#isEnding = true
    this.#kill('SIGTERM')
    const cancel = this.#clock.after(GRACE_MS, () => this.#kill('SIGKILL'))
    this.#process.once('close', cancel)
  }

  #kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#process.pid !== undefined && !this.#isGone) killGroup(this.#process.pid, signal)
  }

  #follow(): void {
    const { stdout, stderr, pid } = this.#process
    stdout?.once('data', () => this.#events.firstByte())
    stdout?.on('data', (chunk: Buffer) => {
      if (this.#limits.keepsOutput && this.bytes < this.#limits.outputBytesMax) this.#stdout.push(chunk)
      this.#count(chunk)
    })
    stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderrBytes < STDERR_BYTES_KEPT) this.#stderr.push(chunk)
      this.#stderrBytes += chunk.length
      this.#count(chunk)
    })
    // At its end a command closes its output before it is reaped: then its times are final, and still there.
    stdout?.once('end', () => {
      if (pid !== undefined) this.cpuMs = cpuMsOf(pid)
    })
    this.#process.once('error', (error) => {
      if (this.#process.pid !== undefined) return
      this.#isGone = true
      this.#events.notStarted(error)
    })
    this.#process.once('close', (code, signal) => {
      if (this.#isGone) return
      this.#isGone = true
      this.#events.ended(code ?? signal ?? 'SIGKILL')
    })
  }

  #count({ length }: Buffer): void {
    const before = this.bytes
    this.bytes += length
    const { outputBytesMax } = this.#limits
    if (before <= outputBytesMax && this.bytes > outputBytesMax) this.#events.tooMuch()
  }
}
