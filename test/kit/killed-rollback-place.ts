/** A folder in which the process of a rollback was killed, with the system that it was to put back. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSystemClock } from '../../harness/base/clock.ts'
import { LINE_KEY } from '../../harness/model/line.ts'
import type { RollbackBegun } from '../../harness/model/rollback-journal.ts'
import { FileStateStore } from '../../harness/store/state/file-state-store.ts'
import { inWorkplace, type Workplace } from './cli.ts'
import { deadProcess, leaveJournal } from './killed-rollback.ts'
import { startHttpServer } from './servers.ts'

/** The folder of the run, from the workplace. */
export const KILLED_RUN = 'reports/checkout/run-1'

/** A server that fails until the file `undone` is there, and a run in whose rollback the process was killed. */
export async function withKilledRollback(
  entries: Parameters<typeof leaveJournal>[1],
  body: (place: Workplace, folder: string) => Promise<void>,
  changes: Partial<RollbackBegun> = {},
): Promise<void> {
  await inWorkplace(async (place) => {
    const server = await startHttpServer((_request, response) => {
      if (!existsSync(join(place.path, 'undone'))) response.statusCode = 500
      response.end('ok')
    })
    const folder = join(place.path, KILLED_RUN)
    mkdirSync(folder, { recursive: true })
    const validation = { source: `${server.url}/`, overrides: { agents: 2, think: '20ms' }, threads: 1 }
    const begun = await leaveJournal(folder, entries, { validation, cwd: place.path, ...changes })
    const store = new FileStateStore(join(place.path, '.proofload', 'state.json'), createSystemClock())
    const owner = {
      by: 'ann@here',
      runId: 'run-1',
      rollbackId: 'rollback-1',
      at: begun.at,
      correlationId: 'c',
    }
    await store.set(LINE_KEY, JSON.stringify({ ...owner, ...(await deadProcess()), reason: 'p99 was 900ms' }))
    try {
      await body(place, folder)
    } finally {
      await server.close()
    }
  })
}
