/** The view that preflight checks have of a load: its plan, this machine, the plugins and the shared state. */
import { addressesOf } from '../../base/loopback.ts'
import type { PreflightContext } from '../../ports/preflight.ts'
import { readMachineFacts } from '../../preflight/machine.ts'
import { resourceProbes } from '../../probes/index.ts'
import { fillSecrets } from '../../scenario/secrets.ts'
import { targets } from '../../targets/index.ts'
import { lockOfOthers } from '../state/deploy-lock.ts'
import { readEmergency } from '../state/emergency.ts'
import type { RunContext } from './context.ts'
import type { PreparedLoad } from './launch-targets.ts'

/** @param secrets fill the targets; null when one is missing, which a check reports */
export function preflightContext(
  { host, store, outDir, ignoreHaltsBy }: RunContext,
  { plan, threads }: PreparedLoad,
  secrets: Readonly<Record<string, string>> | null,
): PreflightContext {
  return {
    plan: secrets === null ? plan : { ...plan, targets: fillSecrets(plan.targets, secrets) },
    threads,
    outDir,
    cwd: host.cwd,
    env: host.env,
    machine: readMachineFacts(),
    clock: host.clock,
    addressesOf,
    target: (name) => targets.get(name),
    probe: (name) => resourceProbes.get(name),
    emergency: () => readEmergency(store, ignoreHaltsBy),
    line: () => lockOfOthers(store),
  }
}
