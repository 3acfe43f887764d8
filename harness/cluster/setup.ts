import { Piscina } from 'piscina'
import { HarnessError, messageOf } from '../base/errors.ts'
import { formatDurationMs } from '../base/units.ts'
import type { ShardPlan } from '../model/plan.ts'
import type { SetupTask } from './setup-worker.ts'

const SETUP_LIMIT_MS = 60_000

/** Runs `setup` or `teardown`, bounded in time. @throws HarnessError SETUP_FAILED */
export async function runSetupPart(
  part: SetupTask['part'],
  share: ShardPlan,
  secrets: SetupTask['secrets'],
): Promise<unknown> {
  const workerFile = new URL(
    import.meta.url.endsWith('.ts') ? './setup-worker.ts' : './setup-worker.js',
    import.meta.url,
  )
  const pool = new Piscina({
    filename: workerFile.href,
    minThreads: 1,
    maxThreads: 1,
    execArgv: [...process.execArgv, '--enable-source-maps'],
  })
  try {
    return await pool.run({ part, share, secrets } satisfies SetupTask, {
      name: 'runSetup',
      signal: AbortSignal.timeout(SETUP_LIMIT_MS),
    })
  } catch (cause) {
    throw new HarnessError('SETUP_FAILED', `${part} failed: ${messageOf(cause)}`, {
      cause,
      hint: `It runs once a run, within ${formatDurationMs(SETUP_LIMIT_MS)}; no load was sent.`,
    })
  } finally {
    await pool.destroy()
  }
}
