/** The one way into the load: setup, shards on threads, snapshots merged every second, teardown, pictures; a record at the end. */
import { isoOf } from '../../base/clock.ts'
import { isInterrupted } from '../../base/stop-request.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { processIdentity } from '../../system/process-identity.ts'
import { withSetup } from './author-setup.ts'
import { identityOf } from './identity.ts'
import type { LoadContext } from './load-context.ts'
import { picturesBefore } from './make-picture.ts'
import { createOutlets } from './outlets.ts'
import { withProvisioned } from './provision.ts'
import { sendLoad } from './send-load.ts'
import { takePictures } from './take-pictures.ts'

/**
 * Runs the whole plan, or until it is asked to stop.
 * @throws HarnessError SETUP_FAILED, SCENARIO_*; INTERRUPTED when it was asked to stop before load began, the folder removed
 */
export async function measure(load: LoadContext): Promise<RunRecord> {
  try {
    const before = await picturesBefore(load)
    const record = await measureLoad(load)
    // A run that was cut short by people does not show what was meant to be seen.
    if (record.status === 'interrupted' || record.status === 'halted') return record
    return { ...record, visuals: await takePictures(load, before) }
  } catch (error) {
    // No load was sent: there is nothing to keep.
    if (isInterrupted(error)) await load.folder.remove()
    throw error
  }
}

async function measureLoad(load: LoadContext): Promise<RunRecord> {
  const { clock } = load.host
  const outlets = createOutlets(load)
  const measured = await withProvisioned(load, outlets.note, (provisioned) =>
    withSetup({ ...load, provisioned }, outlets.note, async (setupValue) => {
      const { startedAt, identity } = load.begun ?? {
        ...{ startedAt: isoOf(clock.wallMs()), identity: identityOf(load) },
      }
      outlets.journal({ kind: 'start', startedAt, identity, process: processIdentity(process.pid) })
      const sent = await sendLoad({ ...load, provisioned }, { setupValue, startedAt, identity }, outlets)
      return { ...identity, startedAt, ...sent }
    }),
  )
  return {
    ...measured,
    finishedAt: isoOf(clock.wallMs()),
    earlierAttempts: [],
    builds: null,
    rollback: null,
    visuals: [],
    notes: [...outlets.notes],
  }
}
