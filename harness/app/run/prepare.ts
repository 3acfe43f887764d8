/** From a file or URL to a plan that may run: load, resolve, launch what is ours to launch, look before the load. */
import { tmpdir } from 'node:os'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { addressesOf } from '../../base/loopback.ts'
import { seedFromChance } from '../../base/random.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { RunPlan, ScenarioModule, TargetPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { PreflightContext, PreflightFinding } from '../../ports/preflight.ts'
import type { LaunchedTarget } from '../../ports/target.ts'
import { runPreflight } from '../../preflight/index.ts'
import { readMachineFacts } from '../../preflight/machine.ts'
import { resourceProbes } from '../../probes/index.ts'
import { readScenarioFiles } from '../../scenario/files.ts'
import { loadScenario } from '../../scenario/load.ts'
import type { Overrides } from '../../scenario/overrides.ts'
import { hashLoad, hashPlan } from '../../scenario/plan-hash.ts'
import { resolveScenario } from '../../scenario/resolve.ts'
import { fillSecrets, resolveSecrets } from '../../scenario/secrets.ts'
import { targets as targetPlugins } from '../../targets/index.ts'
import { createRunMask } from './run-mask.ts'

/** A scenario, resolved. */
export interface PreparedPlan {
  readonly plan: RunPlan
  readonly planHash: string
  readonly loadHash: string
  readonly scenarioHash: string | null
  readonly scenarioFile: string | null
  readonly module: ScenarioModule | null
}

/** Loads and resolves; touches no target. @throws HarnessError SCENARIO_* */
export async function preparePlan(source: string, overrides: Overrides, host: Host): Promise<PreparedPlan> {
  const loaded = await loadScenario(source, host.cwd)
  const document = await readScenarioFiles(loaded.document, loaded.file, host.cwd)
  const plan = resolveScenario(document, overrides, seedFromChance(), loaded.locate)
  return {
    plan,
    planHash: hashPlan(plan),
    loadHash: hashLoad(plan),
    scenarioHash: loaded.scenarioHash,
    scenarioFile: loaded.file === null ? null : fileBelow(loaded.file, host.cwd),
    module: loaded.module,
  }
}

/** As a repository names it; null for what lies elsewhere. */
function fileBelow(file: string, folder: string): string | null {
  const path = relative(folder, file)
  return path.startsWith('..') || isAbsolute(path) ? null : path.split(sep).join('/')
}

/** Threads when nobody says: one core is left to the coordinator and the target; never more than agents. */
export function defaultThreads(plan: RunPlan, host: Host): number {
  return Math.max(1, Math.min(host.cores - 1, plan.workload.agents))
}

/** Targets that run as long as the run does. */
export interface LaunchedTargets {
  /** The plan with what only running targets know (their URLs). */
  readonly plan: RunPlan
  /** Processes whose resources are recorded. */
  readonly pids: readonly number[]
  stop(): Promise<void>
}

/**
 * Starts the targets that are ours to start.
 * @param giveUp aborted, nothing more is started
 * @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED, nothing left running
 */
export async function launchTargets(
  plan: RunPlan,
  host: Host,
  giveUp: AbortSignal,
): Promise<LaunchedTargets> {
  const launched: LaunchedTarget[] = []
  const stop = async () => {
    await Promise.all(launched.map((target) => target.stop()))
  }
  const targets = new Map<string, TargetPlan>()
  const pids: number[] = []
  try {
    for (const [name, target] of Object.entries(plan.targets)) {
      const plugin = targetPlugins.get(target.plugin)
      const around = { clock: host.clock, seed: plan.seed, scratchDir: tmpdir() }
      const running = await unlessStopped(giveUp, 'while targets were started', async () => {
        const started = await plugin.launch?.(target.config, around)
        // Given up meanwhile: nobody waits for it any more.
        if (giveUp.aborted) await started?.stop()
        return started
      })
      if (running !== undefined) launched.push(running)
      targets.set(name, running === undefined ? target : { ...target, config: running.config })
      const pid = running?.pid ?? target.config['pid']
      if (typeof pid === 'number') pids.push(pid)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { plan: { ...plan, targets: Object.fromEntries(targets) }, pids, stop }
}

/** Runs every check on a plan whose targets are up, with their secrets. @param emergency and line read the state store */
export async function lookBeforeLoad(
  plan: RunPlan,
  threads: number,
  outDir: string,
  host: Host,
  emergency: PreflightContext['emergency'],
  line: PreflightContext['line'],
): Promise<readonly PreflightFinding[]> {
  const secrets = presentSecrets(plan, host)
  const filled = secrets === null ? plan : { ...plan, targets: fillSecrets(plan.targets, secrets) }
  const findings = await runPreflight({
    plan: filled,
    threads,
    outDir: resolve(host.cwd, outDir),
    cwd: host.cwd,
    env: host.env,
    machine: readMachineFacts(),
    clock: host.clock,
    addressesOf,
    target: (name) => targetPlugins.get(name),
    probe: (name) => resourceProbes.get(name),
    emergency,
    line,
  })
  return createRunMask(secrets ?? {}, plan).data(findings)
}

/** Null when one is missing: a check says which. */
function presentSecrets(plan: RunPlan, { env }: Host): Record<string, string> | null {
  try {
    return resolveSecrets(plan.secrets, env)
  } catch {
    return null
  }
}

/** @throws HarnessError PREFLIGHT_BLOCKED with every finding that blocks. */
export function requireClear(findings: readonly PreflightFinding[]): void {
  const blocked = findings.filter(({ level }) => level === 'blocked')
  if (blocked.length === 0) return
  throw new HarnessError('PREFLIGHT_BLOCKED', 'preflight blocked the run; no load was sent', {
    problems: blocked.map(({ check, message, hint }) => ({
      path: check,
      message,
      ...(hint === undefined ? {} : { expected: hint }),
    })),
    hint: 'Mend what is named above; `proofload preflight SCENARIO` looks again without load.',
  })
}
