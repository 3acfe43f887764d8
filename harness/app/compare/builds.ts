/** A build under test as a process of ours: started anew for every run, ready when its URL answers, ended with its children. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Clock, sleep } from '../../base/clock.ts'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { interrupted, type StopRequest } from '../../base/stop-request.ts'
import type { BuildPlan } from '../../model/plan.ts'

const POLL_MS = 50
const STOP_MS = 5_000
/** Characters kept of what it writes when it fails to start. */
const STDERR_MAX = 2_000

export interface RunningBuild {
  /** Safe to call twice. */
  stop(): Promise<void>
}

/** @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED, nothing left running */
export async function startBuild(
  build: BuildPlan,
  clock: Clock,
  cwd: string,
  stop: StopRequest,
): Promise<RunningBuild> {
  requireGoingOn(stop)
  const { url, command, readyMs } = build
  if (command === null) return { stop: () => Promise.resolve() }
  if (await answers(url))
    throw failed(
      command,
      `something already answers at ${url}`,
      'Stop it: every run starts its own process of the build.',
    )
  // A group of its own, so that what the command starts ends with it.
  const child = spawn('sh', ['-c', command], { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-STDERR_MAX)
  })
  const end = () => stopGroup(child, clock, stop)
  const untilMs = clock.nowMs() + readyMs
  while (!(await answers(url))) {
    const isOver = child.exitCode !== null || child.signalCode !== null
    if (stop.signal.aborted || isOver || clock.nowMs() > untilMs) {
      await end()
      requireGoingOn(stop)
      const why = isOver
        ? `ended with ${child.exitCode ?? child.signalCode}`
        : `did not answer at ${url} in time`
      throw failed(command, why, `Its last words: ${said.trim() || 'none'}`)
    }
    await sleep(clock, POLL_MS)
  }
  return { stop: end }
}

function requireGoingOn({ signal }: StopRequest): void {
  if (signal.aborted) throw interrupted('while a build was started')
}

/** Any answer will do: readiness is a server that speaks HTTP. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000), redirect: 'manual' })
    await response.body?.cancel()
    return true
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

function failed(command: string, why: string, hint: string): HarnessError {
  return new HarnessError('TARGET_LAUNCH_FAILED', `the build '${command}' ${why}`, { hint })
}
