import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TimeoutStrategy, timeout } from 'cockatiel'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { ownFile } from '../../base/own-files.ts'
import { endProcess } from '../../system/end-process.ts'
import type { LoadPhase } from './fault-timeline.ts'
import { type LoadMessage, launchMessageSchema, type SandboxOptions } from './launch-protocol.ts'

const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 2000
const STDERR_CHARS_KEPT = 2000

const SERVER_MAIN = fileURLToPath(ownFile('targets/sandbox/server-main'))

/** A sandbox in its own process. */
export interface SandboxProcess {
  readonly url: string
  readonly pid: number
  /** Begins the time line of its faults. */
  beginLoad(phases: readonly LoadPhase[]): void
  /** SIGTERM, after 2 s SIGKILL; resolves when the process is gone. May be called twice. */
  stop(): Promise<void>
}

/** Starts the sandbox in its own process and waits until it listens. @throws HarnessError TARGET_LAUNCH_FAILED */
export async function launchSandbox(options: SandboxOptions): Promise<SandboxProcess> {
  const child = fork(SERVER_MAIN, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const stderr = keepTail(child)
  try {
    const url = await timeout(START_LIMIT_MS, TimeoutStrategy.Aggressive).execute(() => listeningUrl(child))
    return {
      url,
      pid: child.pid ?? 0,
      beginLoad: (phases) => beginLoad(child, phases),
      stop: () => endProcess(child, STOP_LIMIT_MS),
    }
  } catch (thrown) {
    await endProcess(child, STOP_LIMIT_MS)
    throw launchError(thrown, stderr())
  }
}

/** The URL the process reports; rejects when it fails or ends first. */
function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      reject(new Error(`its process ended with ${signal ?? `status ${code}`}`)),
    )
    child.once('message', (raw) => {
      const message = launchMessageSchema.parse(raw)
      if (message.kind === 'listening') resolve(message.url)
      else reject(new HarnessError('TARGET_LAUNCH_FAILED', message.message, { hint: message.hint ?? '' }))
    })
  })
}

function beginLoad(child: ChildProcess, phases: readonly LoadPhase[]): void {
  const message: LoadMessage = {
    kind: 'load',
    phases: phases.map(({ name, startMs, endMs }) => ({ name, startMs, endMs })),
  }
  if (child.connected) child.send(message)
}

/** Reads stderr to its end, so that the process never blocks on it; returns the newest part. */
function keepTail(child: ChildProcess): () => string {
  let tail = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_CHARS_KEPT)
  })
  return () => tail.trim()
}

function launchError(thrown: unknown, stderr: string): HarnessError {
  if (thrown instanceof HarnessError) return thrown
  const detail = stderr === '' ? '' : `\n${stderr}`
  return new HarnessError(
    'TARGET_LAUNCH_FAILED',
    `the sandbox did not start: ${messageOf(thrown)}${detail}`,
    {
      cause: thrown,
      hint: 'Run `proofload sandbox` by itself to see why.',
    },
  )
}
