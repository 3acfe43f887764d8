/** The rollback of a stored run whose process was killed: `proofload rollback resume`. */
import { join } from 'node:path'
import type { StopRequest } from '../../base/stop-request.ts'
import type { RollbackRecord } from '../../model/rollback.ts'
import type { Host } from '../../ports/host.ts'
import { replaceFile } from '../../system/replace-file.ts'
import { openEventBus } from '../../telemetry/bus/open-event-bus.ts'
import { withRunContext } from '../run/context.ts'
import type { RunProgress } from '../run/progress.ts'
import { rememberRollback } from '../run/remember.ts'
import type { HistoryRef } from '../run/request.ts'
import { withInterruption } from './interruption.ts'
import { publishResumed } from './publish-resumed.ts'
import type { RollbackPlace } from './request.ts'
import { resumeRollback } from './resume.ts'
import { createResumeHooks } from './resume-hooks.ts'

export interface ResumeStoredRequest {
  /** Path of the folder of the run. */
  readonly folder: string
  /** State store of the run: a file, or `redis://...`. */
  readonly state: string
  /** Runs again an undo that is not known to have succeeded, deliberately. */
  readonly repeatUndo: boolean
  /** Null: its outcome is not stored. */
  readonly history: HistoryRef | null
  readonly stop: StopRequest
}

/** Goes on with it, and publishes the run again with what became of it. @throws HarnessError as `resumeRollback` */
export function resumeStoredRollback(
  { folder: path, state, repeatUndo, history, stop }: ResumeStoredRequest,
  host: Host,
  progress: RunProgress,
): Promise<RollbackRecord> {
  return withRunContext(
    { state, outDir: path, within: null, stop, pool: null },
    host,
    progress,
    async (run) => {
      const bus = await openEventBus(state)
      run.defer(() => bus.close())
      const folder = folderAt(path)
      const createHooks = createResumeHooks(run, path)
      const record = await withInterruption(run, (heeding) =>
        resumeRollback({ run: heeding, folder, bus, repeatUndo, createHooks }),
      )
      const published = await publishResumed(folder, record, run)
      if (published !== null && history !== null) await rememberRollback(run, published, history)
      return record
    },
  )
}

function folderAt(path: string): RollbackPlace['folder'] {
  return {
    path,
    async write(name, content) {
      const file = join(path, name)
      await replaceFile(file, content)
      return file
    },
  }
}
