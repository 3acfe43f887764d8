import * as assert from 'uvu/assert'
import { BACKLOG_MAX } from '../../harness/engine/backlog.ts'
import { LoopTurn } from '../../harness/engine/loop-turn.ts'
import { OpenDispatch } from '../../harness/engine/open-dispatch.ts'
import { SHARD_COLUMN } from '../../harness/engine/shard-memory.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

const NO_SESSIONS = {
  startSession: () => undefined,
  startFirst: () => undefined,
  startFirstAt: () => undefined,
  vacate: () => undefined,
}

/** Arrivals at the beginning of the run, so many. */
function arrivalsAtOnce(count: number) {
  let index = -1
  return {
    next: () => (++index < count ? 0 : Number.POSITIVE_INFINITY),
    get index() {
      return index
    },
  }
}

describe('OpenDispatch', (test) => {
  test('keeps no more arrivals waiting than memory was meant for, and drops the others', () => {
    const counters = new Float64Array(64)
    const clock = new VirtualClock()
    const dispatch = new OpenDispatch({
      arrivals: arrivalsAtOnce(BACKLOG_MAX + 10),
      ...{ firstSlot: 0, slots: 0, firstIdentity: 0 },
      whenBusy: 'queue',
      intendedMs: new Float64Array(1),
      counters,
      sessions: NO_SESSIONS,
      turn: new LoopTurn(clock, counters, clock.nowMs()),
      clock,
      startMs: clock.nowMs(),
      endMs: clock.nowMs() + 1_000,
    })
    dispatch.admitDue(clock.nowMs())

    const at = (column: keyof typeof SHARD_COLUMN) => counters[SHARD_COLUMN[column]]
    assert.equal([at('planned'), at('backlog'), at('dropped')], [BACKLOG_MAX + 10, BACKLOG_MAX, 10])
  })
})
