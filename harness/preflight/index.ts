/** The registry of preflight checks. A new check is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import type { PreflightContext, PreflightFinding } from '../ports/preflight.ts'
import { clockResolution } from './clock-resolution.ts'
import { configurationValid } from './configuration-valid.ts'
import { cpuHeadroom } from './cpu-headroom.ts'
import { diskWritable } from './disk-writable.ts'
import { emergencyHalt } from './emergency-halt.ts'
import { ephemeralPorts } from './ephemeral-ports.ts'
import { hostsAllowed } from './hosts-allowed.ts'
import { lineFree } from './line-free.ts'
import { memoryHeadroom } from './memory-headroom.ts'
import { openFiles } from './open-files.ts'
import { portsFree } from './ports-free.ts'
import { secretsPresent } from './secrets-present.ts'
import { targetReachable } from './target-reachable.ts'

export const preflightChecks = createRegistry('preflight check', [
  configurationValid,
  emergencyHalt,
  lineFree,
  hostsAllowed,
  secretsPresent,
  portsFree,
  openFiles,
  ephemeralPorts,
  memoryHeadroom,
  cpuHeadroom,
  clockResolution,
  diskWritable,
  targetReachable,
])

/**
 * Runs every check, whatever the others find; findings are in the order of the registry. No host that is not permitted
 * is contacted: with a refused host, targets are not probed.
 */
export async function runPreflight(context: PreflightContext): Promise<readonly PreflightFinding[]> {
  const findings: PreflightFinding[] = []
  for (const check of preflightChecks.all) {
    const refused = findings.some(
      (finding) => finding.check === hostsAllowed.name && finding.level === 'blocked',
    )
    if (check === targetReachable && refused) continue
    findings.push(...(await check.check(context)))
  }
  return findings
}
