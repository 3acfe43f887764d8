/** A server as a process of ours: started by a command, ready when its URL answers, ended with its children. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Clock, sleep } from '../base/clock.ts'
import { HarnessError, messageOf } from '../base/errors.ts'
import { interrupted, type StopRequest } from '../base/stop-request.ts'

const POLL_MS = 50
const STOP_MS = 5_000
/** Characters kept of what it writes when it fails to start. */
const STDERR_MAX = 2_000

export interface ServerCommand {
  /** For people: `the build 'npm start'`. */
  readonly what: string
  /** For the shell. */
  readonly command: string
  readonly url: string
  /** Time limit for its first good answer. */
  readonly readyMs: number
  /** Status of that answer; null: any will do, for readiness is a server that speaks HTTP. */
  readonly status: number | null
  /** The thing to do about something that answers there already, for people. */
  readonly whenTaken: string
}

export interface ServerSurroundings {
  readonly clock: Clock
  readonly cwd: string
  readonly stop: StopRequest
}

export interface RunningServer {
  /** Calls back when it ends by itself: status or signal, and its last words. */
  onEnd(listener: (how: string, lastWords: string) => void): void
  /** Safe to call twice. */
  stop(): Promise<void>
}

/** @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED, nothing left running */
export async function startServer(server: ServerCommand, around: ServerSurroundings): Promise<RunningServer> {
  const { what, command, url, readyMs, status, whenTaken } = server
  const { clock, cwd, stop } = around
  requireGoingOn(what, stop)
  if (await answersAt(url, null))
    throw failed(what, `cannot start: something already answers at ${url}`, whenTaken)
  // A group of its own, so that what the command starts ends with it.
  const child = spawn('sh', ['-c', command], { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-STDERR_MAX)
  })
  const lastWords = () => said.trim() || 'none'
  let isEnding = false
  const end = () => {
    isEnding = true
    return stopGroup(child, clock, stop)
  }
  const untilMs = clock.nowMs() + readyMs
  while (!(await answersAt(url, status))) {
    const isOver = child.exitCode !== null || child.signalCode !== null
    if (stop.signal.aborted || isOver || clock.nowMs() > untilMs) {
      await end()
      requireGoingOn(what, stop)
      const why = isOver
        ? `ended with ${child.exitCode ?? child.signalCode}`
        : `did not answer at ${url} in time`
      throw failed(what, why, `Its last words: ${lastWords()}`)
    }
    await sleep(clock, POLL_MS)
  }
  return {
    stop: end,
    onEnd(listener) {
      child.once('exit', (code, signal) => {
        if (!isEnding) listener(String(code ?? signal), lastWords())
      })
    },
  }
}

function requireGoingOn(what: string, { signal }: StopRequest): void {
  if (signal.aborted) throw interrupted(`while ${what} was started`)
}

/** Tests whether a server answers. @param wanted null: with any status */
export async function answersAt(url: string, wanted: number | null): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000), redirect: 'manual' })
    await response.body?.cancel()
    return wanted === null || response.status === wanted
  } catch {
    // Refused or silent: not there yet.
    return false
  }
}

/** Its children have 5 s to end, or as long as nobody gives up. */
async function stopGroup(child: ChildProcess, clock: Clock, { abortSignal }: StopRequest): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  signalGroup(child.pid, 'SIGTERM')
  if (await isLate(ended, clock, abortSignal)) signalGroup(child.pid, 'SIGKILL')
  await ended
}

/** Leaves no timer and no listener behind: a comparison ends many builds with one stop request. */
async function isLate(ended: Promise<unknown>, clock: Clock, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return true
  let forget = () => {}
  const late = new Promise<true>((resolve) => {
    const tell = () => resolve(true)
    const cancel = clock.after(STOP_MS, tell)
    signal.addEventListener('abort', tell)
    forget = () => {
      cancel()
      signal.removeEventListener('abort', tell)
    }
  })
  try {
    return await Promise.race([ended.then(() => false), late])
  } finally {
    forget()
  }
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // Gone by itself meanwhile.
    if (!/ESRCH/.test(messageOf(error))) throw error
  }
}

function failed(what: string, why: string, hint: string): HarnessError {
  return new HarnessError('TARGET_LAUNCH_FAILED', `${what} ${why}`, { hint })
}
