import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { Environment } from '../model/run-record.ts'
import type { MachineFacts } from '../ports/preflight.ts'

/** Version of this package. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** What a run was made on: figures of different environments do not compare. */
export function describeEnvironment(machine: MachineFacts): Environment {
  return {
    proofload: VERSION,
    node: process.version,
    platform: platform(),
    kernel: release(),
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    maxOpenFiles: machine.openFilesLimit,
  }
}
