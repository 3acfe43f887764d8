/** From a request to a load that could be sent: the plan, and the targets that are ours to start. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HarnessError } from '../../base/errors.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import { mockedNames, type PhasePlan, type RunPlan, type TargetPlan } from '../../model/plan.ts'
import type { Host } from '../../ports/host.ts'
import type { BegunLoad } from '../../ports/load-driver.ts'
import type { LaunchedTarget } from '../../ports/target-plugin.ts'
import { canonicalJson } from '../../scenario/plan-hash.ts'
import { RECORD_FILE } from '../../store/run-folder.ts'
import { exists } from '../../system/files.ts'
import { targetsOf } from '../../targets/outside/targets-of.ts'
import type { RunContext } from './context.ts'
import { type PreparedPlan, preparePlan } from './prepare.ts'
import type { Comparer, ScenarioRequest } from './request.ts'
import { RunSecrets } from './run-secrets.ts'
import { mostThreadsOf, threadsOf } from './threads.ts'

/** A load that is planned; nothing is started for it. */
export interface PlannedLoad extends PreparedPlan, Omit<ScenarioRequest, 'threads' | 'permit'> {
  readonly threads: number
  /** As the request stated it; null when it did not. */
  readonly threadsAsked: number | null
  readonly runSecrets: RunSecrets
  /** Not null: another process has begun this load and left it, and it is gone on with. */
  readonly begun: BegunLoad | null
}

/** A plan whose targets run. Its hashes are of the plan before they did. */
export interface PreparedLoad extends PlannedLoad {
  readonly pids: readonly number[]
  /** Tells the targets that the load begins. */
  beginLoad(phases: readonly PhasePlan[]): void
}

/** Resolves the scenario. @throws HarnessError SCENARIO_*, INTERRUPTED; and whatever the comparer and the permission require */
export async function planLoad(
  { host, stop, runId, isNamed, outDir, driver }: RunContext,
  {
    source,
    overrides,
    threads,
    permit,
    compare = null,
  }: ScenarioRequest & { readonly compare?: Comparer | null },
): Promise<PlannedLoad> {
  const prepared = await preparePlan(source, overrides, host, stop.signal)
  permit?.(prepared)
  await compare?.require(prepared.plan)
  const { threads: held, begun } = await driver.hold({
    ...{ runId, plan: prepared.plan, threadsAsked: threads },
    threads: threadsOf(prepared.plan, threads, host.cores),
    threadsMax: mostThreadsOf(prepared.plan),
  })
  // Whoever has published it keeps its log until then: behind the log, there is a record or none.
  if (isNamed) await requireUnfinished(outDir, prepared.plan.scenario, runId)
  const planned = begun === null ? prepared : asBegun(prepared, begun)
  return {
    ...{ ...planned, source, overrides, threads: held, threadsAsked: threads, begun },
    runSecrets: await RunSecrets.read(planned.plan, prepared.env),
  }
}

/** @throws HarnessError USAGE for the id of a run that has its verdict */
async function requireUnfinished(outDir: string, scenario: string, runId: string): Promise<void> {
  const record = join(outDir, scenario, runId, RECORD_FILE)
  if (!(await exists(record))) return
  throw new HarnessError('USAGE', `run ${runId} is over: its record is ${record}`, {
    hint: 'Give another --run-id to run it again, or judge that record: proofload judge <folder>.',
  })
}

/** The plan is the one that was begun, with the seed that it had. @throws HarnessError USAGE when the scenario is another one */
function asBegun(prepared: PreparedPlan, { identity }: BegunLoad): PreparedPlan {
  const { plan, planHash, loadHash, scenarioHash, runId } = identity
  if (plan.scenario === prepared.plan.scenario && scenarioHash === prepared.scenarioHash)
    return { ...prepared, plan, planHash, loadHash }
  throw new HarnessError(
    'USAGE',
    `run ${runId} was begun with another version of scenario ${plan.scenario}`,
    {
      hint: 'Start it again with the same files, or give another --run-id.',
    },
  )
}

/**
 * Starts the services and the targets for as long as the context lasts.
 * @param running targets that are up already
 * @throws HarnessError TARGET_LAUNCH_FAILED, INTERRUPTED
 */
export async function launchLoad(
  run: RunContext,
  planned: PlannedLoad,
  running: RunningTargets | null = null,
): Promise<PreparedLoad> {
  if (running !== null) return withTargets(planned, running)
  const { host, stop, defer } = run
  const { services } = planned.plan
  if (services !== undefined) await (await import('./services.ts')).startServices(services, run)
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

/** Targets that somebody else has started. */
export function alreadyRunning(plan: RunPlan): RunningTargets {
  return { plan, pids: [], beginLoad: () => undefined }
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
