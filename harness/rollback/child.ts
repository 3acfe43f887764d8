/**
 * A child process of an undo. It leads a process group of its own, which is killed as a whole at the limit, and writes to a
 * file, not to a pipe: when the harness is killed in the middle, the undo goes on to its end undisturbed.
 */
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { HarnessError, messageOf } from '../base/errors.ts'
import { resilient } from '../base/resilience.ts'
import { formatDurationMs } from '../base/units.ts'
import type { RollbackContext } from '../ports/rollback-procedure.ts'

const OUTPUT_BYTES_MAX = 4_096

export interface ChildOrder {
  /** Command and arguments; no shell sees them. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly limitMs: number
}

/** Runs it to its end; gives the last lines it wrote. @throws HarnessError ROLLBACK_FAILED with those lines */
export async function runChild(order: ChildOrder, context: RollbackContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proofload-undo-'))
  const file = join(folder, 'output')
  const written = createWriteStream(file)
  try {
    await once(written, 'open')
    const problem = await problemOf(order, context, written)
    const output = await lastLines(file)
    if (problem === null) return output
    throw failed(order.argv, problem, output)
  } finally {
    written.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a child sees of the environment: PATH, what the author allowed, and what it is about. */
export function childEnvironment(
  allowed: readonly string[],
  { env, runId, correlationId, rollbackId, reason }: RollbackContext,
): Record<string, string> {
  const given = ['PATH', ...allowed].flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(given),
    PROOFLOAD_RUN_ID: runId,
    PROOFLOAD_CORRELATION_ID: correlationId,
    PROOFLOAD_ROLLBACK_ID: rollbackId,
    PROOFLOAD_REASON: reason,
  }
}

/** `node undo.js "two words"`: for people. */
export function commandText(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./{}*-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
}

/** The end of a text, at most `OUTPUT_BYTES_MAX` long, whole lines where it was cut. */
export function cutToLastLines(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= OUTPUT_BYTES_MAX) return text.trim()
  const end = bytes.subarray(-OUTPUT_BYTES_MAX).toString()
  return end.slice(end.indexOf('\n') + 1).trim()
}

/** Null when it ended well. Resolves when it is gone, at the limit too. */
async function problemOf(
  { argv, cwd, env, limitMs }: ChildOrder,
  { signal, onChild }: RollbackContext,
  output: WriteStream,
): Promise<string | null> {
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
  if (child.pid !== undefined) onChild(child.pid)
  const policy = resilient({ attempts: 1, timeoutMs: limitMs, pauseMs: 0, breaker: null })
  try {
    const end = await policy.execute((limit) => killedAt(limit.signal, child.pid, child), signal)
    if (end.exitCode === undefined && end.signal === undefined) return `did not start: ${end.originalMessage}`
    return end.failed ? `ended with ${end.signal ?? `status ${end.exitCode}`}` : null
  } catch {
    await child
    return signal.aborted
      ? 'was killed at the limit of the step'
      : `did not end within ${formatDurationMs(limitMs)} and was killed`
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
    // The policy aborts its signal when it is done: by then the id may be somebody else's.
    signal.removeEventListener('abort', kill)
  }
}

/** Ends it and everything it started. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone by itself meanwhile.
  }
}

async function lastLines(file: string): Promise<string> {
  const opened = await open(file)
  try {
    const { size } = await opened.stat()
    const length = Math.min(size, OUTPUT_BYTES_MAX + 1)
    const { buffer } = await opened.read(Buffer.alloc(length), 0, length, size - length)
    return cutToLastLines(buffer.toString())
  } finally {
    await opened.close()
  }
}

function failed(argv: readonly string[], problem: string, output: string): HarnessError {
  const said = output === '' ? '' : `\n${output}`
  return new HarnessError('ROLLBACK_FAILED', `${commandText(argv)} ${problem}${said}`, {
    hint: 'Run it by hand to see why; `proofload rollback resume RUN --repeat-undo` runs it again.',
  })
}

/** What another library threw, as a failed undo. */
export function asFailure(what: string, error: unknown, hint: string): HarnessError {
  if (error instanceof HarnessError) return error
  return new HarnessError('ROLLBACK_FAILED', `${what}: ${messageOf(error)}`, { cause: error, hint })
}
