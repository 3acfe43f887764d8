import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'
import type { PreflightCheck } from '../ports/preflight.ts'
import { makeFolder } from '../system/files.ts'

const NAME = 'disk-writable'
const NEEDED_BYTES = 50e6

/** Checks that reports can be written, because a run without a record is lost. */
export const diskWritable: PreflightCheck = {
  name: NAME,
  summary: 'reports can be written, and the disk has enough free space',
  async check({ outDir }) {
    let freeBytes: number
    try {
      freeBytes = await tryWriting(outDir)
    } catch (error) {
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `${outDir} cannot be written: ${messageOf(error)}`,
          hint: 'Make the folder writable, or choose another one with --out.',
        },
      ]
    }
    if (freeBytes >= NEEDED_BYTES)
      return [{ check: NAME, level: 'ok', message: `${formatBytes(freeBytes)} free` }]
    return [
      {
        check: NAME,
        level: 'blocked',
        message: `only ${formatBytes(freeBytes)} free in ${outDir}`,
        hint: `Free some space; a run may need ${formatBytes(NEEDED_BYTES)}.`,
      },
    ]
  },
}

/** Writes and removes a file; returns the free bytes of the file system. */
async function tryWriting(folder: string): Promise<number> {
  const probe = join(folder, `.preflight-${process.pid}`)
  await makeFolder(folder)
  await writeFile(probe, 'proofload')
  await rm(probe)
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
