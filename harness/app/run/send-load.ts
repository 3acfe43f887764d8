/** A load from the start of its shards to the end of the last one, and the watch over what they measure. */

import { fillSecrets } from '../../base/fill-secrets.ts'
import type { Stop } from '../../model/enforcement.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { Loss, RunningLoad, RunToDrive } from '../../ports/load-driver.ts'
import { demandText } from '../../text/demand-text.ts'
import type { LoadContext, ProvisionedLoad } from './load-context.ts'
import { LoadGuard } from './load-guard.ts'
import { LoadSeconds } from './load-seconds.ts'
import { statusOf } from './load-stop.ts'
import type { Outlets } from './outlets.ts'
import { type Measured, measuredOf } from './record-parts.ts'
import { watchResources } from './resources.ts'

/** The figures of the load, before the teardown. */
type SentLoad = Measured &
  Pick<
    RunRecord,
    'status' | 'loadMs' | 'shards' | 'generator' | 'hosts' | 'takeovers' | 'enforcement' | 'outputs'
  >

/** @throws HarnessError SCENARIO_*, INTERRUPTED when it was asked to stop before the first request */
export async function sendLoad(
  load: ProvisionedLoad,
  given: Pick<RunToDrive, 'setupValue' | 'startedAt' | 'identity'>,
  outlets: Outlets,
): Promise<SentLoad> {
  const { plan, stop, outputs } = load
  const { note } = outlets
  const probes = fillSecrets(plan.probes, load.secrets)
  const resources = watchResources({ pids: load.pids, probes, note }, load.host.clock)
  const seconds = new LoadSeconds(load, outlets, resources)
  let guard: LoadGuard | null = null
  /** Those before there is a guard. */
  const losses: Loss[] = []
  let stopRefreshing = () => {}
  let forgetPresses = () => {}
  try {
    forgetPresses = stop.onPress((level) => {
      if (level === 'drain') note('interrupted: the load does not begin (interrupt again to abort)')
    })
    const sending = await load.driver.start({
      ...load,
      ...given,
      clock: load.host.clock,
      giveUp: stop.signal,
      onSecond: (second) => seconds.add(second, guard),
      onLoss: (loss) => (guard === null ? losses.push(loss) : guard.loses(loss)),
    })
    forgetPresses()
    stopRefreshing = load.runSecrets.keepFresh(load.host.clock, sending.renewSecret, note)
    load.beginLoad(plan.phases)
    guard = guardOf(load, sending, outlets)
    for (const loss of losses) guard.loses(loss)
    const end = await endOf(sending, load, note)
    const wasStopped = stop.level !== 'none'
    await guard.close()
    for (const { shard, message } of end.shards) if (message !== null) note(`shard ${shard}: ${message}`)
    return {
      status: statusOf(guard.record.stop, wasStopped),
      loadMs: end.loadMs,
      ...measuredOf(seconds.merger, plan, end.loadMs),
      shards: [...end.shards],
      generator: end.hosts?.generator ?? resources.totals(),
      hosts: end.hosts?.hosts ?? [],
      takeovers: end.hosts?.takeovers ?? [],
      enforcement: guard.record,
      ...(outputs === null ? {} : { outputs: await outputs.end() }),
    }
  } finally {
    stopRefreshing()
    forgetPresses()
    resources.stop()
  }
}

/** Begins to watch the objectives and the emergency state. */
function guardOf(load: LoadContext, sending: RunningLoad, { note, journal }: Outlets): LoadGuard {
  return new LoadGuard(load, {
    note,
    onDoubt: load.progress.onDoubt,
    endLoad(stop, mode) {
      sending.stop(mode)
      note(`load is ended: ${endReason(stop)}`)
    },
    onRequirement: (event) => void journal({ kind: 'requirement', event }),
    onEvent(event) {
      journal({ kind: 'event', event })
      load.progress.onEvent(event)
      load.outputs?.event(event)
    },
  })
}

/** The event of an objective was told before: its name is enough. */
function endReason({ by, objective, reason }: Stop): string {
  return objective === null || by === 'limit' ? reason : `${demandText(objective)} is failing`
}

/** Waits for the last shard; presses end the load meanwhile. */
async function endOf(sending: RunningLoad, { stop }: LoadContext, note: (message: string) => void) {
  const forgetPresses = stop.onPress((level) => {
    sending.stop(level)
    note(
      level === 'drain'
        ? 'interrupted: no new work, requests in flight may finish (interrupt again to abort)'
        : 'interrupted again: aborting',
    )
  })
  try {
    return await sending.ended
  } finally {
    forgetPresses()
  }
}
