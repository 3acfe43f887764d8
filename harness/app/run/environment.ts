import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { Environment } from '../../model/run-record.ts'
import { readBootId, readMachineFacts } from '../../preflight/machine.ts'
import { readCalibration } from '../../store/calibration.ts'
import { VERSION } from './version.ts'

/** Describes what a run was made on: figures of different environments do not compare. */
export function describeEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const cpuModel = cpus()[0]?.model ?? 'unknown'
  const calibration = readCalibration(env, cpuModel)
  return {
    proofload: VERSION,
    node: process.version,
    platform: platform(),
    kernel: release(),
    cpuModel,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    maxOpenFiles: readMachineFacts().openFilesLimit,
    bootId: readBootId(),
    calibration:
      calibration === null
        ? null
        : {
            at: calibration.at,
            requestsPerSec: calibration.requestsPerSec,
            cpuUsPerRequest: calibration.cpuUsPerRequest,
            p99DisagreementPercent: calibration.p99DisagreementPercent,
          },
  }
}
