/** From a request to a load that could be sent: the plan, and the targets that are ours to start. */
import { tmpdir } from 'node:os'
import { unlessStopped } from '../../base/stop-request.ts'
import { mockedNames, type PhasePlan, type RunPlan, type TargetPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { LaunchedTarget } from '../../ports/target-plugin.ts'
import { canonicalJson } from '../../scenario/plan-hash.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import type { RunContext } from './context.ts'
import { type PreparedPlan, preparePlan } from './prepare.ts'
import type { Comparer, ScenarioRequest } from './request.ts'
import { RunSecrets } from './run-secrets.ts'
import { mostThreadsOf, threadsOf } from './threads.ts'

/** A load that is planned; nothing is started for it. */
export interface PlannedLoad extends PreparedPlan, Omit<ScenarioRequest, 'threads'> {
  readonly threads: number
  /** As the request stated it; null when it did not. */
  readonly threadsAsked: number | null
  readonly runSecrets: RunSecrets
}

/** A plan whose targets run. Its hashes are of the plan before they did. */
export interface PreparedLoad extends PlannedLoad {
  readonly pids: readonly number[]
  /** Tells the targets that the load begins. */
  beginLoad(phases: readonly PhasePlan[]): void
}

/** Resolves the scenario. @throws HarnessError SCENARIO_*, INTERRUPTED; and whatever the comparer requires */
export async function planLoad(
  { host, stop, runId, driver }: RunContext,
  { source, overrides, threads, compare = null }: ScenarioRequest & { readonly compare?: Comparer | null },
): Promise<PlannedLoad> {
  const prepared = await preparePlan(source, overrides, host, stop.signal)
  await compare?.require(prepared.plan)
  return {
    ...prepared,
    source,
    overrides,
    threads: await driver.hold({
      ...{ runId, plan: prepared.plan, threadsAsked: threads },
      threads: threadsOf(prepared.plan, threads, host.cores),
      threadsMax: mostThreadsOf(prepared.plan),
    }),
    threadsAsked: threads,
    runSecrets: await RunSecrets.read(prepared.plan, host.env),
  }
}

/**
 * Starts the targets for as long as the context lasts.
 * @param running targets that are up already
 * @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED
 */
export async function launchLoad(
  { host, stop, defer }: RunContext,
  planned: PlannedLoad,
  running: RunningTargets | null = null,
): Promise<PreparedLoad> {
  if (running !== null) return withTargets(planned, running)
  const launched = await launchTargets(planned.plan, host, stop.signal)
  defer(launched.stop)
  return withTargets(planned, launched)
}

/** The planned load on targets that are up. */
export function withTargets(planned: PlannedLoad, { plan, pids, beginLoad }: RunningTargets): PreparedLoad {
  return { ...planned, plan: { ...planned.plan, targets: plan.targets }, pids, beginLoad }
}

/** Targets that are up. */
export interface RunningTargets {
  /** The plan with the URLs that only running targets know. */
  readonly plan: RunPlan
  /** Processes whose resources are recorded. */
  readonly pids: readonly number[]
  /** Tells them that a load begins. */
  beginLoad(phases: readonly PhasePlan[]): void
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
  const targets = new TargetLauncher(plan, host, giveUp)
  try {
    for (const [name, target] of Object.entries(plan.targets)) await targets.launch(name, target)
  } catch (error) {
    await targets.stop()
    throw error
  }
  return targets.launched()
}

class TargetLauncher {
  readonly #plan: RunPlan
  readonly #host: Host
  readonly #giveUp: AbortSignal
  readonly #running: LaunchedTarget[] = []
  readonly #targets = new Map<string, TargetPlan>()
  readonly #pids: number[] = []
  /** Configurations of mocks that run: those of one kind are one process. */
  readonly #mocks = new Map<string, TargetPlan['config']>()

  constructor(plan: RunPlan, host: Host, giveUp: AbortSignal) {
    this.#plan = plan
    this.#host = host
    this.#giveUp = giveUp
  }

  async launch(name: string, target: TargetPlan): Promise<void> {
    const kind = canonicalJson([target.plugin, target.config])
    const isMock = mockedNames(this.#plan).includes(name)
    const config = (isMock ? this.#mocks.get(kind) : undefined) ?? (await this.#start(target))
    if (isMock) this.#mocks.set(kind, config)
    this.#targets.set(name, { ...target, config })
  }

  /** The configuration of the target that runs. */
  async #start({ plugin, config }: TargetPlan): Promise<TargetPlan['config']> {
    const around = { clock: this.#host.clock, seed: this.#plan.seed, scratchDir: tmpdir() }
    const running = await unlessStopped(this.#giveUp, 'while targets were started', async () => {
      const started = await targetsOf(this.#plan).get(plugin).launch?.(config, around)
      // Given up meanwhile: nobody waits for it any more.
      if (this.#giveUp.aborted) await started?.stop()
      return started
    })
    if (running !== undefined) this.#running.push(running)
    const pid = running?.pid ?? config['pid']
    if (typeof pid === 'number') this.#pids.push(pid)
    return running?.config ?? config
  }

  launched(): LaunchedTargets {
    return {
      plan: { ...this.#plan, targets: Object.fromEntries(this.#targets) },
      pids: this.#pids,
      beginLoad: (phases) => {
        for (const target of this.#running) target.beginLoad?.(phases)
      },
      stop: () => this.stop(),
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((target) => target.stop()))
  }
}
