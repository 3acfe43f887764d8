import { statfs } from 'node:fs/promises'
import { messageOf } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'
import type { PreflightCheck, PreflightFinding, WrittenFolder } from '../ports/preflight.ts'
import { inTriedFolder } from '../system/try-folder.ts'

const NAME = 'disk-writable'
const NEEDED_BYTES = 50e6

/** Checks that reports can be written, because a run without a record is lost. */
export const diskWritable: PreflightCheck = {
  name: NAME,
  summary: 'reports and a first baseline can be written, and the disk has enough free space',
  check: ({ folders }) => Promise.all(folders.map(findingOf)),
}

async function findingOf({ path, option }: WrittenFolder): Promise<PreflightFinding> {
  let freeBytes: number
  try {
    freeBytes = await inTriedFolder(path, async () => {
      const { bavail, bsize } = await statfs(path)
      return bavail * bsize
    })
  } catch (error) {
    return {
      check: NAME,
      level: 'blocked',
      message: `${path} cannot be written: ${messageOf(error)}`,
      hint: `Make the folder writable, or choose another one with ${option}.`,
    }
  }
  if (freeBytes >= NEEDED_BYTES)
    return { check: NAME, level: 'ok', message: `${formatBytes(freeBytes)} free in ${path}` }
  return {
    check: NAME,
    level: 'blocked',
    message: `only ${formatBytes(freeBytes)} free in ${path}`,
    hint: `Free some space; a run may need ${formatBytes(NEEDED_BYTES)}.`,
  }
}
