/** Runs a bundled contract test in a process of its own, where what it leaves open can be counted and what hangs can be ended. */

import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { ownFile } from '../base/own-files.ts'
import { formatDurationMs } from '../base/units.ts'
import { workerOptions } from '../system/worker-thread.ts'
import type { LawEvent } from './laws.ts'
import type { LawsMessage } from './laws-main.ts'

/** The time that all laws together may take. */
const LIMIT_MS = 600_000

/** One law and how it stands. */
export interface JudgedLaw extends Pick<LawEvent, 'suite' | 'law'> {
  readonly passed: boolean
}

export interface LawsEnd {
  readonly laws: readonly JudgedLaw[]
  /** The reason why not all laws were judged; null when they were. */
  readonly problem: string | null
}

/** @param bundle the bundled test @param write takes what the process prints */
export async function runLaws(bundle: string, cwd: string, write: (text: string) => void): Promise<LawsEnd> {
  const { filename, execArgv } = workerOptions(ownFile('contract/laws-main'))
  const child = execa(execPath, [...execArgv, fileURLToPath(filename), bundle], {
    cwd,
    ipc: true,
    stdin: 'ignore',
    buffer: false,
    reject: false,
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  const laws: JudgedLaw[] = []
  let isComplete = false
  let underWay: string | null = null
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => write(String(chunk)))
  child.on('message', (message: unknown) => {
    const told = message as LawsMessage
    if (told.state === 'ended') isComplete = true
    else if (told.state === 'started') underWay = told.law
    else laws.push({ suite: told.suite, law: told.law, passed: told.state === 'passed' })
    // Servers that the test has left open would keep the process.
    if (isComplete) child.kill()
  })
  const end = await child
  if (isComplete) return { laws, problem: null }
  const where = underWay === null ? 'before its first law' : `in the law '${underWay}'`
  return {
    laws,
    problem: end.timedOut
      ? `did not end within ${formatDurationMs(LIMIT_MS)}, ${where}`
      : `ended with ${end.signal ?? `status ${end.exitCode}`} ${where}`,
  }
}
