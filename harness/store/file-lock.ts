import { dirname } from 'node:path'
import { lock } from 'proper-lockfile'
import { HarnessError, messageOf, systemCodeOf } from '../base/errors.ts'
import { makeFolder } from '../system/files.ts'

/** The library renews a lock that is held every half of this. */
const LOCK_STALE_MS = 5_000
/** Together longer than a lock takes to go stale. */
const LOCK_RETRIES = { retries: 100, minTimeout: 20, maxTimeout: 100 }

/**
 * One process at a time at a file, on this machine and on a shared folder; the lock of a killed process goes stale by itself.
 * @throws HarnessError FILE_LOCKED, REPORT_UNWRITABLE
 */
export async function underLock<T>(file: string, body: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(file))
  let release: () => Promise<void>
  let isLost = false
  const options = {
    realpath: false,
    stale: LOCK_STALE_MS,
    // Heard, it does not end the process from inside a timer; said below.
    onCompromised: () => {
      isLost = true
    },
  }
  try {
    // The library would try again whatever is wrong; only a lock goes away by itself.
    release = await lock(file, options).catch((error: unknown) => {
      if (systemCodeOf(error) !== 'ELOCKED') throw error
      return lock(file, { ...options, retries: LOCK_RETRIES })
    })
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ELOCKED')
      throw new HarnessError('REPORT_UNWRITABLE', `${file} cannot be locked: ${messageOf(cause)}`, {
        cause,
        hint: 'Make its folder writable, or choose another place.',
      })
    throw new HarnessError('FILE_LOCKED', `another process is writing ${file}`, {
      cause,
      hint: `Wait for it to end; if there is none, remove ${file}.lock.`,
    })
  }
  try {
    return await body()
  } finally {
    await letGo(file, release, () => isLost)
  }
}

/** A lock that another process took over, because this one stood still for too long, is not ours to release. */
async function letGo(file: string, release: () => Promise<void>, isLost: () => boolean): Promise<void> {
  if (isLost())
    throw new HarnessError('FILE_LOCKED', `the lock of ${file} was lost while the file was written`, {
      hint: 'The process stood still (did the machine sleep?). Check the file.',
    })
  await release()
}
