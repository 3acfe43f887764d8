import { HarnessError, messageOf } from '../base/errors.ts'
import { ownFile } from '../base/own-files.ts'
import { interrupted } from '../base/stop-request.ts'
import { formatDurationMs } from '../base/units.ts'
import { runInThread, workerOptions } from '../system/worker-thread.ts'
import type { SetupTask } from './setup-worker.ts'

const SETUP_LIMIT_MS = 60_000

/** Runs `setup` or `teardown` with a time limit. @param giveUp ends its thread @throws HarnessError SETUP_FAILED, INTERRUPTED */
export async function runSetupPart(task: SetupTask, giveUp: AbortSignal): Promise<unknown> {
  const { part } = task
  if (giveUp.aborted) throw interrupted(`before ${part}`)
  try {
    return await runInThread({
      worker: workerOptions(ownFile('cluster/setup-worker')),
      run: 'runSetup',
      argument: task,
      limitMs: SETUP_LIMIT_MS,
      signal: giveUp,
    })
  } catch (cause) {
    if (giveUp.aborted) throw interrupted(`during ${part}`)
    throw new HarnessError('SETUP_FAILED', `${part} failed: ${messageOf(cause)}`, {
      cause,
      hint: `It runs once per run, within ${formatDurationMs(SETUP_LIMIT_MS)}; no load was sent.`,
    })
  }
}
