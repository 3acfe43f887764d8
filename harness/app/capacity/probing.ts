/** The loads of a search: probes, and the light load under which a service shows that it is itself again. */
import { join } from 'node:path'
import { EarlyEnd } from '../../analysis/capacity/early-end.ts'
import { type MeasuredProbe, measuredProbe } from '../../analysis/capacity/measured-probe.ts'
import { LightLoad, lightSeconds } from '../../analysis/capacity/recovery.ts'
import type { NextProbe } from '../../analysis/capacity/search-state.ts'
import { sleep } from '../../base/clock.ts'
import { unlessStopped } from '../../base/stop-request.ts'
import type { CapacityControl } from '../../model/capacity.ts'
import type { ObjectivePlan } from '../../model/plan.ts'
import type { HeldLoad } from '../../scenario/held-load.ts'
import { createFolderIn } from '../../store/run-folder.ts'
import { RUNS_FOLDER } from '../compare/runs-folder.ts'
import { type RunContext, withChildContext } from '../run/context.ts'
import type { RunningTargets } from '../run/launch-targets.ts'
import { judgeLoad, ONLY_ATTEMPT } from '../run/load.ts'
import type { RunProgress } from '../run/progress.ts'
import { MEASURE_ONLY, type ScenarioRequest } from '../run/request.ts'
import { withOwnStop } from './probe-stop.ts'
import type { SearchLoads } from './search-loop.ts'

const SETTLE_MS = 5_000
/** Nothing is sent between a good probe and the next. */
const PAUSE_MS = 2_000
const RECOVERY_MS = 60_000
const RECOVERY_TRIES = 3
const RECOVERY_PAUSE_MS = 30_000
const REFERENCE_MS_MIN = 6_000
/** Light load, as a share of the lowest probe. */
const LIGHT_SHARE = 0.1

export interface ProbingPlace {
  readonly request: ScenarioRequest
  readonly by: CapacityControl
  readonly targets: RunningTargets
  /** Path of the folder of the search. */
  readonly folder: string
  readonly searchId: string
}

/** A run, by what it was watched for. */
interface Load {
  /** Part of its id: `probe-3`. */
  readonly name: string
  readonly held: HeldLoad
  readonly warmUpMs: number
}

export class Probing implements SearchLoads {
  readonly #run: RunContext
  readonly #place: ProbingPlace

  constructor(run: RunContext, place: ProbingPlace) {
    this.#run = run
    this.#place = place
  }

  /** Measures p95 under light load, ms. @throws HarnessError TARGET_UNREACHABLE without a single answer */
  async reference(lowest: number): Promise<number | null> {
    const light = new LightLoad()
    const referenceMs = Math.max(REFERENCE_MS_MIN, 1000 * lightSeconds(lightOf(lowest)))
    await this.#send(this.#lightLoad('reference', lowest, referenceMs), (interval) => {
      light.add(interval)
      return null
    })
    return light.p95Ms
  }

  /** Waits until the service is itself again; gives the seconds it took, null when it did not. @param number of the probe after it */
  async recover(number: number, lowest: number, referenceP95Ms: number): Promise<number | null> {
    const { clock } = this.#run.host
    const begunMs = clock.nowMs()
    for (let attempt = 1; attempt <= RECOVERY_TRIES; attempt++) {
      if (attempt > 1) await this.pause(RECOVERY_PAUSE_MS)
      const light = new LightLoad()
      let isItself = false
      await this.#send(this.#lightLoad(`recovery-${number}-${attempt}`, lowest, RECOVERY_MS), (interval) => {
        light.add(interval)
        isItself ||= light.isItself(referenceP95Ms)
        return isItself ? 'it is itself again' : null
      })
      if (isItself) return (clock.nowMs() - begunMs) / 1000
      if (this.#run.stop.level !== 'none') return null
    }
    return null
  }

  /** Sends nothing for a while. @throws HarnessError INTERRUPTED */
  pause(delayMs: number = PAUSE_MS): Promise<void> {
    const { stop, host } = this.#run
    return unlessStopped(stop.signal, 'between two probes', () => sleep(host.clock, delayMs))
  }

  /** @throws HarnessError INTERRUPTED when people ended it: what it saw is no probe */
  async probe(
    number: number,
    { x, seconds }: NextProbe,
    limits: readonly ObjectivePlan[],
  ): Promise<MeasuredProbe> {
    const { by } = this.#place
    const early = new EarlyEnd(limits, by === 'rate' ? x : null)
    let reason: string | null = null
    const { record, verdict } = await this.#send(
      { name: `probe-${number}`, held: this.#heldAt(x, 1000 * seconds + SETTLE_MS), warmUpMs: SETTLE_MS },
      (interval, plan, _snapshots, whole) => {
        const isMeasured = plan.phases.some(({ name, measured }) => measured && name === interval.phase)
        reason ??= early.observe(interval, isMeasured, whole)
        return reason
      },
    )
    return measuredProbe(record, verdict, limits, reason)
  }

  #lightLoad(name: string, lowest: number, durationMs: number): Load {
    const light = lightOf(lowest)
    const value = this.#place.by === 'agents' ? Math.round(light) : light
    return { name, held: this.#heldAt(value, durationMs), warmUpMs: 0 }
  }

  #heldAt(value: number, durationMs: number): HeldLoad {
    return { model: this.#place.by === 'rate' ? 'open' : 'closed', value, durationMs }
  }

  /** @param look ends the load when it gives a reason */
  async #send(
    { name, held, warmUpMs }: Load,
    look: (...seen: Parameters<RunProgress['onInterval']>) => string | null,
  ) {
    const { request, targets, folder, searchId } = this.#place
    const runId = `${searchId}-${name}`
    const made = await createFolderIn(join(folder, RUNS_FOLDER), runId)
    made.close()
    const overrides = { ...request.overrides, held, warmUp: `${warmUpMs}ms` }
    return withOwnStop(this.#run.stop, (stop, press) => {
      const progress = lookingAt(this.#run.progress, (...seen) => {
        if (look(...seen) !== null) press()
      })
      // Objectives that may end a load, and limits that halt all of it, stay in force.
      const load = { ...MEASURE_ONLY, ...request, overrides, reports: [], enforce: 'watch' as const }
      return withChildContext(this.#run, { runId, stop, progress }, async (child) => {
        const { published } = await judgeLoad(child, load, ONLY_ATTEMPT, { targets, folder: made.path })
        return published
      })
    })
  }
}

function lightOf(lowest: number): number {
  return Math.max(1, LIGHT_SHARE * lowest)
}

/** An observer that looks at every interval, too. */
function lookingAt(progress: RunProgress, look: RunProgress['onInterval']): RunProgress {
  return {
    onBegin: (...args) => progress.onBegin(...args),
    onPrepared: (...args) => progress.onPrepared(...args),
    onInterval: (...args) => {
      progress.onInterval(...args)
      look(...args)
    },
    onDoubt: (...args) => progress.onDoubt(...args),
    onEvent: (...args) => progress.onEvent(...args),
    onStep: (...args) => progress.onStep(...args),
    onAlert: (...args) => progress.onAlert(...args),
    onNote: (...args) => progress.onNote(...args),
  }
}
