/**
 * A child process that is run to its end. It leads a process group of its own, which is killed as a whole at the limit, and
 * writes to a file, not to a pipe: when the harness is killed, the child continues to its end undisturbed.
 */
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookUp } from '../base/names.ts'
import { formatDurationMs } from '../base/units.ts'

/** Kept of an output, unless more is asked for. */
const OUTPUT_BYTES_MAX = 4_096

export interface ChildOrder {
  /** The command and its arguments, run without a shell. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** The complete environment of the child. */
  readonly env: Readonly<Record<string, string>>
  readonly limitMs: number
  /** Kept of its output, from the end. */
  readonly outputBytesMax?: number
}

/** Returns PATH and the named variables, as far as they are set: a child gets no others. */
export function passedOn(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const given = ['PATH', ...names].flatMap((name) => {
    const value = lookUp(env, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

/** The caller's view of a running child. */
export interface ChildWatch {
  /** Aborting it kills the child. */
  readonly signal: AbortSignal
  /** The description of the abort, for people: `was killed at the time limit of the step`. */
  readonly whenAborted: string
  /** Called with the process id as soon as it runs. */
  readonly onChild?: (pid: number) => void
}

export interface ChildEnd {
  /** Null when it succeeded; `ended with status 3` otherwise. */
  readonly problem: string | null
  /** Null: it did not start, or was killed. */
  readonly status: number | null
  /** The last lines it wrote. */
  readonly output: string
  /** Written before them, and left out. */
  readonly lostBytes: number
}

/** Runs the child; resolves when it is gone, however it ended. */
export async function runToEnd(order: ChildOrder, watch: ChildWatch): Promise<ChildEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'proofload-child-'))
  const file = join(folder, 'output')
  const written = createWriteStream(file)
  try {
    await once(written, 'open')
    const end = await endOf(order, watch, written)
    return { ...end, ...(await lastLines(file, order.outputBytesMax ?? OUTPUT_BYTES_MAX)) }
  } finally {
    written.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Returns the end of a text, at most so many bytes, beginning with a whole line where it was cut. */
export function cutToLastLines(text: string, bytesMax: number = OUTPUT_BYTES_MAX): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return text.trim()
  const end = bytes.subarray(-bytesMax).toString()
  return end.slice(end.indexOf('\n') + 1).trim()
}

async function endOf(
  { argv, cwd, env, limitMs }: ChildOrder,
  { signal, whenAborted, onChild }: ChildWatch,
  output: WriteStream,
): Promise<Pick<ChildEnd, 'problem' | 'status'>> {
  const { execa } = await import('execa')
  const { resilient } = await import('../base/resilience.ts')
  const [command = '', ...args] = argv
  const child = execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    reject: false,
  })
  if (child.pid !== undefined) onChild?.(child.pid)
  const policy = resilient({ attempts: 1, timeoutMs: limitMs, pauseMs: 0, breaker: null })
  try {
    const end = await policy.execute((limit) => killedAt(limit.signal, child.pid, child), signal)
    const status = end.exitCode ?? null
    if (status === null && end.signal === undefined)
      return { status, problem: `did not start: ${end.originalMessage}` }
    return { status, problem: end.failed ? `ended with ${end.signal ?? `status ${status}`}` : null }
  } catch {
    await child
    const late = `did not end within ${formatDurationMs(limitMs)} and was killed`
    return { status: null, problem: signal.aborted ? whenAborted : late }
  }
}

/** Kills the group when the signal aborts first. */
async function killedAt<T>(signal: AbortSignal, pid: number | undefined, ended: Promise<T>): Promise<T> {
  const kill = () => pid !== undefined && killGroup(pid)
  if (signal.aborted) kill()
  signal.addEventListener('abort', kill)
  try {
    return await ended
  } finally {
    // The policy aborts its signal when it is done: by then the id may belong to another process.
    signal.removeEventListener('abort', kill)
  }
}

export function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It ended by itself in the meantime.
  }
}

async function lastLines(file: string, bytesMax: number): Promise<Pick<ChildEnd, 'output' | 'lostBytes'>> {
  const opened = await open(file)
  try {
    const { size } = await opened.stat()
    const length = Math.min(size, bytesMax + 1)
    const { buffer } = await opened.read(Buffer.alloc(length), 0, length, size - length)
    return { output: cutToLastLines(buffer.toString(), bytesMax), lostBytes: Math.max(0, size - bytesMax) }
  } finally {
    await opened.close()
  }
}
