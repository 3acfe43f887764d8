/** A query on a history that is a file, answered by a process of its own. */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { TaskCancelledError } from 'cockatiel'
import { ownFile } from '../../base/own-files.ts'
import { resilient } from '../../base/resilience.ts'
import { formatDurationMs } from '../../base/units.ts'
import { workerOptions } from '../../system/worker-thread.ts'
import type { FileQuery, QueryAnswer, QueryRow } from './query-protocol.ts'

const ROWS_MAX = 100_000

/** Rejects with why it was not answered; nothing is left running. @param signal ends the query */
export async function queryFile(
  file: string,
  text: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly QueryRow[]> {
  const { filename, execArgv } = workerOptions(ownFile('store/history/query-main'))
  const child = fork(fileURLToPath(filename), {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const policy = resilient({ attempts: 1, timeoutMs: limitMs, pauseMs: 0, breaker: null })
  try {
    const answer = await policy.execute(() => answerOf(child, { file, text, rowsMax: ROWS_MAX }), signal)
    if (answer.kind === 'refused') throw new Error(answer.message)
    return answer.rows
  } catch (error) {
    if (signal.aborted || !(error instanceof TaskCancelledError)) throw error
    throw new Error(`it took longer than ${formatDurationMs(limitMs)}`)
  } finally {
    child.kill('SIGKILL')
    await gone
  }
}

async function answerOf(child: ChildProcess, query: FileQuery): Promise<QueryAnswer> {
  child.send(query)
  const ended = once(child, 'exit').then(() => null)
  const answered = await Promise.race([once(child, 'message'), ended])
  if (answered === null) throw new Error('the process that was asked ended without an answer')
  return answered[0] as QueryAnswer
}
