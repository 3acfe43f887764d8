/**
 * A rollback to be killed: it stops for good in the middle of a step, once it has written the file `paused`.
 * Arguments: the folder, the state file, the step.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executeRollback } from '../../../harness/app/rollback/execute-rollback.ts'
import { createSystemClock } from '../../../harness/base/clock.ts'
import { FileStateStore } from '../../../harness/store/state/file-state-store.ts'
import type { KilledIn } from '../killed-rollback.ts'
import { appending, aRollbackPlan, aRollbackRequest, type RollbackChanges } from '../rollback.ts'

const [folder = '', state = '', step] = process.argv.slice(2) as [string, string, KilledIn]
const clock = createSystemClock()
const store = new FileStateStore(state, clock)

/** Never resolves; the timer keeps the process alive. */
function pause(): Promise<never> {
  writeFileSync(join(folder, 'paused'), '')
  return new Promise(() => setInterval(() => undefined, 1_000))
}

const HANGS: Record<KilledIn, () => RollbackChanges> = {
  freeze() {
    const { setIfAbsent } = store
    store.setIfAbsent = async (...args) => {
      await setIfAbsent.apply(store, args)
      return pause()
    }
    return {}
  },
  capture: () => ({ evidence: pause }),
  drain: () => ({ drain: pause }),
  undo() {
    // It goes on when the process that began it is dead, and ends when it is told to.
    const wait = 'touch paused; while [ ! -e go ]; do sleep 0.05; done; echo end >> ended'
    return { plan: aRollbackPlan({ procedures: { default: appending('undone', wait) } }) }
  },
  verify: () => ({ probe: pause }),
  release() {
    const { compareAndSet } = store
    store.compareAndSet = (key, expected, next, expiry) =>
      next === null ? pause() : compareAndSet.call(store, key, expected, next, expiry)
    return {}
  },
  'release-told': () => ({ tell: pause }),
}

await executeRollback(aRollbackRequest(folder, { store, clock, ...HANGS[step]() }))
