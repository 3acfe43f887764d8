/** From a request to a load that could be sent: the plan, and the targets that are ours to start. */
import { tmpdir } from 'node:os'
import { unlessStopped } from '../../base/stop-request.ts'
import type { RunPlan, TargetPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { LaunchedTarget } from '../../ports/target.ts'
import { targets as targetPlugins } from '../../targets/index.ts'
import type { RunContext } from './context.ts'
import { type PreparedPlan, preparePlan } from './prepare.ts'
import type { Comparer, ScenarioRequest } from './request.ts'
import { threadsOf } from './threads.ts'

/** A plan whose targets run. Its hashes are of the plan before they did. */
export interface PreparedLoad extends PreparedPlan, Omit<ScenarioRequest, 'threads'> {
  readonly threads: number
  /** As the request stated it; null when it did not. */
  readonly threadsAsked: number | null
  readonly pids: readonly number[]
}

/**
 * Resolves the scenario and starts its targets for as long as the context lasts.
 * @param running targets that are up already
 * @throws HarnessError SCENARIO_*, TARGET_LAUNCH_FAILED, INTERRUPTED; and whatever the comparer requires
 */
export async function prepareLoad(
  { host, stop, defer }: RunContext,
  { source, overrides, threads, compare = null }: ScenarioRequest & { readonly compare?: Comparer | null },
  running: RunningTargets | null = null,
): Promise<PreparedLoad> {
  const prepared = await preparePlan(source, overrides, host, stop.signal)
  await compare?.require(prepared.plan)
  let targets = running
  if (targets === null) {
    const launched = await launchTargets(prepared.plan, host, stop.signal)
    defer(launched.stop)
    targets = launched
  }
  return {
    ...prepared,
    source,
    overrides,
    plan: { ...prepared.plan, targets: targets.plan.targets },
    threads: threadsOf(prepared.plan, threads, host.cores),
    threadsAsked: threads,
    pids: targets.pids,
  }
}

/** Targets that are up. */
export interface RunningTargets {
  /** The plan with the URLs that only running targets know. */
  readonly plan: RunPlan
  /** Processes whose resources are recorded. */
  readonly pids: readonly number[]
}

export interface LaunchedTargets extends RunningTargets {
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
