/**
 * A trial of a scenario: one agent walks its journeys, by the preflight, the thread and the drivers of a run, and every request is
 * told. Nothing is judged, published or remembered.
 */
import { isoOf } from '../../base/clock.ts'
import { HarnessError } from '../../base/errors.ts'
import { nearestName } from '../../base/nearest-name.ts'
import type { RunPlan } from '../../model/plan.ts'
import { expectedIterationsOf } from '../../model/plan-load.ts'
import type { TrialEvent } from '../../model/tried-request.ts'
import type { Host } from '../../ports/host.ts'
import type { ClosedSecond, LoadEnd, RunningLoad } from '../../ports/load-driver.ts'
import { trialPlan } from '../../scenario/trial-plan.ts'
import { withSetup } from '../run/author-setup.ts'
import { type RunContext, withRunContext } from '../run/context.ts'
import { identityOf } from '../run/identity.ts'
import { type PreparedLoad, planLoad } from '../run/launch-targets.ts'
import { checkAndLaunch, requireLaunched } from '../run/preflight.ts'
import { SILENT_PROGRESS } from '../run/progress.ts'
import { withProvisioned } from '../run/provision.ts'
import type { RunSurroundings, ScenarioRequest } from '../run/request.ts'
import { createRunMask } from '../run/run-mask.ts'
import { JourneyTrial, type TriedJourney } from './journey-trial.ts'
import { maskedEvent } from './masked-event.ts'

export interface TrialRequest
  extends Omit<ScenarioRequest, 'threads'>,
    Omit<RunSurroundings, 'pool' | 'within'> {
  /** The name of a journey; null: each of them is walked. */
  readonly journey: string | null
  /** The number of times that a journey is walked. */
  readonly iterations: number
}

/** Watches a trial; nothing that it is told holds a secret. */
export interface TrialObserver {
  onJourney(journey: string): void
  onEvent(event: TrialEvent): void
  onWalked(journey: TriedJourney): void
  onNote(message: string): void
}

/** A load that is walked by one agent: what its threads and the code of its author are given. */
interface TrialLoad extends RunContext, PreparedLoad {
  readonly secrets: Readonly<Record<string, string>>
}

/** Walks the journeys one after the other. @throws HarnessError as a run does when no load could be sent, USAGE for a journey that is not there */
export function tryScenario(
  { journey, iterations, ...request }: TrialRequest,
  host: Host,
  observer: TrialObserver,
): Promise<readonly TriedJourney[]> {
  const surroundings = { ...request, within: null, pool: null }
  return withRunContext(surroundings, host, { ...SILENT_PROGRESS, onNote: observer.onNote }, async (run) => {
    const planned = await planLoad(run, { ...request, threads: 1 })
    const names = journeysOf(planned.plan, journey)
    const checked = await checkAndLaunch(run, planned, { history: null, compare: null })
    const prepared = requireLaunched(checked)
    const load = { ...run, ...prepared, secrets: prepared.runSecrets.values() }
    const mask = createRunMask(load.secrets, load.plan)
    const told = { ...observer, onEvent: (event: TrialEvent) => observer.onEvent(maskedEvent(event, mask)) }
    return await withProvisioned(load, observer.onNote, (provisioned) =>
      withSetup({ ...load, provisioned }, observer.onNote, async (setupValue) => {
        const tried: TriedJourney[] = []
        for (const name of names) {
          if (run.stop.level !== 'none') break
          observer.onJourney(name)
          const plan = trialPlan(load.plan, name, iterations)
          const walked = mask.data(await walk({ ...load, plan }, { provisioned, setupValue }, told))
          observer.onWalked(walked)
          tried.push(walked)
        }
        return tried
      }),
    )
  })
}

function journeysOf({ journeys }: RunPlan, wanted: string | null): readonly string[] {
  const names = journeys.map(({ name }) => name)
  if (wanted === null) return names
  if (names.includes(wanted)) return [wanted]
  const nearest = nearestName(wanted, names)
  throw new HarnessError('USAGE', `there is no journey '${wanted}'`, {
    hint: `Journeys of this scenario: ${names.join(', ')}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
  })
}

async function walk(
  load: TrialLoad,
  parts: {
    readonly provisioned: Parameters<RunContext['driver']['start']>[0]['provisioned']
    readonly setupValue: unknown
  },
  observer: TrialObserver,
): Promise<TriedJourney> {
  const { plan, stop } = load
  const [journey] = plan.journeys
  const trial = new JourneyTrial(journey?.name ?? '', expectedIterationsOf(plan) ?? 0)
  let sending: RunningLoad | null = null
  const takeSecond = ({ snapshots }: ClosedSecond) => {
    trial.take(snapshots)
    // Its login has failed: nothing more would come.
    if (trial.isGivenUp) sending?.stop('drain')
  }
  sending = await load.driver.start({
    ...load,
    ...parts,
    identity: identityOf(load),
    startedAt: isoOf(load.host.clock.wallMs()),
    threads: 1,
    clock: load.host.clock,
    giveUp: stop.signal,
    onSecond: takeSecond,
    onLoss: () => undefined,
    onTried: (event) => {
      trial.takeEvent(event)
      observer.onEvent(event)
    },
  })
  return trial.end(await endOf(sending, load))
}

async function endOf(sending: RunningLoad, { stop }: TrialLoad): Promise<LoadEnd> {
  const forgetPresses = stop.onPress((level) => sending.stop(level))
  try {
    return await sending.ended
  } finally {
    forgetPresses()
  }
}
