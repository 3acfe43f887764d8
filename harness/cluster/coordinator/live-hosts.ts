/** The workers of a run in its newest second, as people see them. Pure. */
import type { ClockDistance } from '../../model/cluster/orders.ts'
import type { LiveHost } from '../../model/live-view.ts'
import type { ClosedSecond } from '../../ports/load-driver.ts'
import type { Placed } from './placing.ts'

/** The state of a worker on its place. */
export interface PlaceState {
  readonly place: number
  readonly state: LiveHost['state']
  readonly lagMs: number
}

const WORST_FIRST: readonly LiveHost['state'][] = ['lost', 'late', 'well', 'ended']

/** @param states in the order of the places; so are the clocks @returns the worst first */
export function liveHosts(
  placed: readonly Placed[],
  states: readonly PlaceState[],
  clocks: readonly ClockDistance[],
  { snapshots }: Pick<ClosedSecond, 'snapshots'>,
): readonly LiveHost[] {
  const hosts = placed.map(({ place, hello, count }): LiveHost => {
    const { state = 'well', lagMs = 0 } = states[place] ?? {}
    const sum = snapshots.find(({ shard }) => shard === place)
    const seconds = sum === undefined ? 1 : Math.max(0.001, (sum.endMs - sum.startMs) / 1000)
    const { offsetMs = 0, boundMs = 0 } = clocks[place] ?? {}
    return {
      ...{ worker: hello.worker, threads: count, state, lagMs },
      plannedPerSec: (sum?.dispatch.planned ?? 0) / seconds,
      startedPerSec: (sum?.dispatch.started ?? 0) / seconds,
      loopBusyRatio: sum?.health.eventLoopUtilization ?? 0,
      longestTurnMs: sum?.health.loopDelayMaxMs ?? 0,
      clock: { offsetMs, boundMs },
    }
  })
  const rank = ({ state }: LiveHost) => WORST_FIRST.indexOf(state)
  return hosts.sort((a, b) => rank(a) - rank(b) || b.loopBusyRatio - a.loopBusyRatio)
}
