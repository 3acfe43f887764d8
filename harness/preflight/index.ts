/** The registry of preflight checks. A new check is one file and one line here. */
import { createRegistry } from '../base/registry.ts'
import type { PreflightCheck, PreflightContext, PreflightFinding } from '../ports/preflight.ts'
import { clockResolution } from './clock-resolution.ts'
import { commandsAllowed } from './commands-allowed.ts'
import { configurationValid } from './configuration-valid.ts'
import { cpuHeadroom } from './cpu-headroom.ts'
import { diskWritable } from './disk-writable.ts'
import { emergencyHalt } from './emergency-halt.ts'
import { ephemeralPorts } from './ephemeral-ports.ts'
import { historyWritable } from './history-writable.ts'
import { hostsAllowed } from './hosts-allowed.ts'
import { lineFree } from './line-free.ts'
import { memoryHeadroom } from './memory-headroom.ts'
import { openFiles } from './open-files.ts'
import { outputsAllowed } from './outputs-allowed.ts'
import { pluginsDeclared } from './plugins-declared.ts'
import { portsFree } from './ports-free.ts'
import { requirementsMet } from './requirements-met.ts'
import { secretsPresent } from './secrets-present.ts'
import { stateWritable } from './state-writable.ts'
import { targetReachable } from './target-reachable.ts'

/** Checks that start nothing and ask no target. */
const BEFORE_LAUNCH: readonly PreflightCheck[] = [
  configurationValid,
  pluginsDeclared,
  emergencyHalt,
  lineFree,
  stateWritable,
  historyWritable,
  hostsAllowed,
  commandsAllowed,
  outputsAllowed,
  secretsPresent,
  requirementsMet,
  portsFree,
  openFiles,
  ephemeralPorts,
  memoryHeadroom,
  cpuHeadroom,
  clockResolution,
  diskWritable,
]

export const preflightChecks = createRegistry('preflight check', [...BEFORE_LAUNCH, targetReachable])

/** The checks whose answers others need: what they block is not contacted, or already said. */
const NEEDED: ReadonlyMap<PreflightCheck, readonly PreflightCheck[]> = new Map([
  [stateWritable, [emergencyHalt]],
  [requirementsMet, [hostsAllowed, secretsPresent]],
  [targetReachable, [hostsAllowed, commandsAllowed]],
])

/**
 * Runs every check that needs no target, whatever the others find; findings are in the order of the registry. With a refused
 * host nothing is contacted but the state store and the history.
 */
export async function checkBeforeLaunch(context: PreflightContext): Promise<readonly PreflightFinding[]> {
  const findings: PreflightFinding[] = []
  for (const check of BEFORE_LAUNCH)
    if (isClear(check, findings)) findings.push(...(await check.check(context)))
  return findings
}

/** Checks of the machine of a worker, and of what it would contact from there. */
const ON_WORKER: readonly PreflightCheck[] = [
  hostsAllowed,
  commandsAllowed,
  secretsPresent,
  openFiles,
  ephemeralPorts,
  memoryHeadroom,
  cpuHeadroom,
  clockResolution,
  targetReachable,
]

/** Runs the checks of a worker. With a refused host nothing is contacted. */
export async function checkWorker(context: PreflightContext): Promise<readonly PreflightFinding[]> {
  const findings: PreflightFinding[] = []
  for (const check of ON_WORKER) if (isClear(check, findings)) findings.push(...(await check.check(context)))
  return findings
}

/** Asks the targets, unless a host was refused. @param before the findings of the other checks */
export function checkTargets(
  context: PreflightContext,
  before: readonly PreflightFinding[],
): Promise<readonly PreflightFinding[]> {
  return isClear(targetReachable, before) ? targetReachable.check(context) : Promise.resolve([])
}

function isClear(check: PreflightCheck, findings: readonly PreflightFinding[]): boolean {
  const needed = NEEDED.get(check) ?? []
  return !findings.some(
    (finding) => finding.level === 'blocked' && needed.some(({ name }) => name === finding.check),
  )
}
