import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../base/errors.ts'
import { formatBytes } from '../base/units.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'disk-writable'
const NEEDED_BYTES = 50e6

/** A run whose record cannot be written is a run lost. */
export const diskWritable: PreflightCheck = {
  name: NAME,
  summary: 'reports can be written, with room to spare',
  async check({ outDir }) {
    const probe = join(outDir, `.preflight-${process.pid}`)
    try {
      await mkdir(outDir, { recursive: true })
      await writeFile(probe, 'proofload')
      await rm(probe)
    } catch (error) {
      return [
        {
          check: NAME,
          level: 'blocked',
          message: `${outDir} cannot be written: ${messageOf(error)}`,
          hint: 'Make it writable, or choose another folder with --out.',
        },
      ]
    }
    const { bavail, bsize } = await statfs(outDir)
    const free = bavail * bsize
    if (free >= NEEDED_BYTES) return [{ check: NAME, level: 'ok', message: `${formatBytes(free)} free` }]
    return [
      {
        check: NAME,
        level: 'blocked',
        message: `only ${formatBytes(free)} free in ${outDir}`,
        hint: `Free some space; a run may need ${formatBytes(NEEDED_BYTES)}.`,
      },
    ]
  },
}
