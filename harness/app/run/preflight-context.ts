/** The view that preflight checks have of a load: its plan, this machine, the plugins, the shared state and the places it writes to. */

import { fillSecrets } from '../../base/fill-secrets.ts'
import { addressesOf } from '../../base/loopback.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { PreflightContext, WrittenFolder } from '../../ports/preflight.ts'
import { readMachineFacts } from '../../preflight/machine.ts'
import { resourceProbes } from '../../probes/index.ts'
import { openRequirements } from '../../requirements/index.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import { outputs } from '../../telemetry/outputs/index.ts'
import { requireWritableHistory } from '../history/history.ts'
import { lockOfOthers } from '../state/deploy-lock.ts'
import { readEmergency, requireWritableState, STATE_FILE } from '../state/emergency.ts'
import type { RunContext } from './context.ts'
import type { PlannedLoad } from './launch-targets.ts'
import type { LoadRequest } from './request.ts'

/** The places that are written to when the load is over. */
export interface CheckedPlaces extends Pick<LoadRequest, 'history' | 'compare'> {
  /** Hosts that are contacted besides those of the plan. */
  readonly otherHosts?: readonly string[]
}

/** Null: a secret is missing, which a check reports; nothing is then asked that may need one. */
export interface WithSecrets {
  readonly secrets: Readonly<Record<string, string>> | null
}

export function preflightContext(
  run: RunContext,
  { plan, threads, runSecrets }: PlannedLoad,
  { secrets, history, compare, otherHosts = [] }: CheckedPlaces & WithSecrets,
): PreflightContext {
  const { host, store, ignoreHaltsBy } = run
  const targets = targetsOf(plan)
  return {
    plan: secrets === null ? plan : filledPlan(plan, secrets),
    threads,
    folders: writtenFolders(run, compare?.beginsIn(plan) ?? null),
    cwd: host.cwd,
    env: runSecrets.env,
    secretFailures: runSecrets.failures,
    machine: readMachineFacts(),
    clock: host.clock,
    addressesOf,
    target: (name) => targets.get(name),
    output: (name) => outputs.get(name),
    probe: (name) => resourceProbes.get(name),
    requirements: secrets === null ? [] : openRequirements(fillSecrets(plan.requires, secrets), host),
    otherHosts,
    emergency: () => readEmergency(store, ignoreHaltsBy),
    line: () => lockOfOthers(store),
    writeState: mayWriteState(run, plan) ? () => requireWritableState(store, run.runId) : null,
    writeHistory: history === null ? null : () => requireWritableHistory(history.store, host.cwd),
  }
}

function filledPlan(plan: RunPlan, secrets: Readonly<Record<string, string>>): RunPlan {
  const { targets, outputs } = plan
  const filled = { ...plan, targets: fillSecrets(targets, secrets) }
  return outputs === undefined ? filled : { ...filled, outputs: fillSecrets(outputs, secrets) }
}

function writtenFolders({ outDir }: RunContext, baselines: string | null): readonly WrittenFolder[] {
  const reports = { path: outDir, option: '--out' }
  return baselines === null ? [reports] : [reports, { path: baselines, option: '--baselines' }]
}

/** A run that nobody limits or rolls back only reads the state: the default file need not be made for it. */
function mayWriteState(
  { stateLocation }: RunContext,
  { limits, rollback }: Pick<PlannedLoad['plan'], 'limits' | 'rollback'>,
): boolean {
  return stateLocation !== STATE_FILE || limits.length > 0 || rollback !== null
}
