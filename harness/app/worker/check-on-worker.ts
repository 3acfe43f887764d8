/** Preflight on the machine of a worker, with its limits in place of those of the plan. */
import { fillSecrets } from '../../base/fill-secrets.ts'
import { addressesOf } from '../../base/loopback.ts'
import { lookUp } from '../../base/names.ts'
import type { RunPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { PreflightFinding } from '../../ports/preflight.ts'
import { checkWorker } from '../../preflight/index.ts'
import { readMachineFacts } from '../../preflight/machine.ts'
import { resourceProbes } from '../../probes/index.ts'
import { knownSecrets } from '../../scenario/secrets.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import { outputs } from '../../telemetry/outputs/index.ts'
import { createRunMask } from '../run/run-mask.ts'
import { RunSecrets } from '../run/run-secrets.ts'
import { beyondLimits, type PlanLimits } from './worker-limits.ts'

/** The limits of this host, whatever a plan says. */
export interface HostLimits extends PlanLimits {
  /** Hosts beyond loopback that it may load. */
  readonly allowHosts: readonly string[]
}

/** @param threads of this worker, of `of` in all */
export async function checkOnWorker(
  plan: RunPlan,
  { count: threads, of }: { readonly count: number; readonly of: number },
  limits: HostLimits,
  host: Host,
): Promise<readonly PreflightFinding[]> {
  const secrets = await RunSecrets.read(plan, host.env)
  const known = knownSecrets(plan.secrets, secrets.env)
  const targets = targetsOf(plan)
  const findings = await checkWorker({
    plan: {
      ...plan,
      // With a secret missing, which a check tells of, nothing can be filled in.
      targets: plan.secrets.every((name) => lookUp(known, name) !== undefined)
        ? fillSecrets(plan.targets, known)
        : plan.targets,
      allowHosts: [...limits.allowHosts],
      // What a plan may run is allowed where it runs, and no worker has been asked to allow anything.
      allowCommands: [],
      // Probes and requirements are looked at by the coordinator.
      ...{ probes: {}, requires: [] },
    },
    threads,
    folders: [],
    cwd: host.cwd,
    env: secrets.env,
    secretFailures: secrets.failures,
    machine: readMachineFacts(),
    clock: host.clock,
    addressesOf,
    target: (name) => targets.get(name),
    output: (name) => outputs.get(name),
    probe: (name) => resourceProbes.get(name),
    ...NOT_ASKED,
  })
  return createRunMask(known, plan).data([...findings, ...beyondLimits(plan, threads / of, limits)])
}

/** The state store and the history are those of the coordinator. */
const NOT_ASKED = {
  requirements: [],
  otherHosts: [],
  emergency: () => Promise.reject(new Error('a worker has no state store')),
  line: () => Promise.resolve(null),
  writeState: null,
  writeHistory: null,
} as const
