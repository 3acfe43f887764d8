import type { ClockDistance } from '../../model/cluster/orders.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { LoadEnd, ShardEnd } from '../../ports/load-driver.ts'
import type { PlaceEnd } from './place-ends.ts'
import type { Placed } from './placing.ts'

/** The end of a load as the ends of its workers tell it. */
export function hostsOf(
  placed: readonly Placed[],
  ends: readonly PlaceEnd[],
  clocks: readonly ClockDistance[],
  { generator, takeovers }: Pick<RunRecord, 'generator' | 'takeovers'>,
): LoadEnd {
  const hosts = placed.map(({ place, hello, count }) => {
    const { end, message, throughMs, untilMs, lagMaxMs, overflowCount, own, ...known } = ends[
      place
    ] as PlaceEnd
    const { worker, instance, environment } = hello
    const start = clocks[place] as ClockDistance
    const clock = { ...start, driftMs: driftMs(start, known.clock) }
    const epochs = [{ epoch: 0, fromMs: 0, throughMs, untilMs, end, message }]
    return {
      ...{ place, worker, instance, threads: count, environment, clock },
      ...{ lagMaxMs, overflowCount, own, epochs },
    }
  })
  return {
    hosts: { hosts, generator, takeovers },
    loadMs: Math.max(0, ...ends.map(({ loadMs }) => loadMs)),
    shards: placed.flatMap((each) => shardsOf(each, ends[each.place] as PlaceEnd)),
  }
}

/** A worker that told nothing has lost its shards. */
function shardsOf({ hello, first, count }: Placed, { shards }: PlaceEnd): readonly ShardEnd[] {
  if (shards.length > 0) return shards
  return Array.from({ length: count }, (_, i) => ({
    ...{ shard: first + i, status: 'lost' as const, message: `worker ${hello.worker} was lost` },
  }))
}

/** The change of the distance of two clocks beyond what either look can be wrong by. */
function driftMs(start: ClockDistance, end: ClockDistance | null): number | null {
  if (end === null) return null
  const changeMs = end.offsetMs - start.offsetMs
  return Math.sign(changeMs) * Math.max(0, Math.abs(changeMs) - start.boundMs - end.boundMs)
}
