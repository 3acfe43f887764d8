/** The last calibration of this machine, kept among the user's caches: part of what describes an environment. */
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { makeFolder, readRegularTextSync } from '../system/files.ts'
import { replaceFile } from '../system/replace-file.ts'

export const storedCalibrationSchema = z.object({
  /** ISO 8601. */
  at: z.string(),
  proofload: z.string(),
  node: z.string(),
  cpuModel: z.string(),
  requestsPerSec: z.number(),
  cpuUsPerRequest: z.number(),
  /** The deviation of the harness from autocannon. */
  p99DisagreementPercent: z.number().nullable(),
})
export type StoredCalibration = z.infer<typeof storedCalibrationSchema>

type Environment = Readonly<Record<string, string | undefined>>

/** Null when this machine, as it is now, was never calibrated. */
export function readCalibration(env: Environment, cpuModel: string): StoredCalibration | null {
  try {
    const stored = storedCalibrationSchema.parse(JSON.parse(readRegularTextSync(fileOf(env))))
    // Another processor or another Node is another instrument.
    return stored.cpuModel === cpuModel && stored.node === process.version ? stored : null
  } catch {
    // None, or one that cannot be read: both mean that nothing is known.
    return null
  }
}

/** Replaces the last one; gives its path. */
export async function writeCalibration(env: Environment, calibration: StoredCalibration): Promise<string> {
  const file = fileOf(env)
  await makeFolder(dirname(file))
  await replaceFile(file, `${JSON.stringify(calibration)}\n`)
  return file
}

function fileOf(env: Environment): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'proofload', 'calibration.json')
}
