import * as assert from 'uvu/assert'
import { liveHosts, type PlaceState } from '../../../harness/cluster/coordinator/live-hosts.ts'
import { hostsBlock } from '../../../harness/live/terminal/hosts.ts'
import { paint } from '../../../harness/live/terminal/styled-text.ts'
import { NO_DISPATCH } from '../../../harness/model/interval-snapshot.ts'
import { anEnvironment } from '../../kit/builders.ts'
import { aLiveView } from '../../kit/live-views.ts'
import { aSnapshot } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

const placed = ['eu-1', 'eu-2', 'us-1'].map((worker, place) => ({
  ...{ place, first: place, count: 1 },
  hello: {
    ...{ v: 1, worker, instance: 'i', state: 'running' as const, run: 'r', threads: 1 },
    environment: anEnvironment(),
  },
}))
const clocks = placed.map((_, place) => ({ offsetMs: 1_000 * place, boundMs: 1 + place }))
const states = (...all: PlaceState['state'][]) =>
  all.map((state, place): PlaceState => ({ place, state, lagMs: 100 * place }))
const second = {
  snapshots: [0, 1].map((shard) =>
    aSnapshot({
      ...{ shard, startMs: 1_000, endMs: 3_000 },
      dispatch: { ...NO_DISPATCH, planned: 20, started: 20 - shard },
    }),
  ),
}
const lines = (hosts: ReturnType<typeof liveHosts>) =>
  hostsBlock({ view: aLiveView({ hosts }), points: [], nowMs: 0, width: 90 }, 3)
    ?.render(20)
    .map((line) => paint(line, { colour: false, unicode: true }))

describe('The workers of a run, as people see them', (test) => {
  test('have the share, the lag and the clock of each, the worst first', () => {
    const hosts = liveHosts(placed, states('well', 'well', 'lost'), clocks, second)

    assert.equal(
      hosts.map(({ worker, state, startedPerSec, plannedPerSec, lagMs, clock }) => [
        ...[worker, state, startedPerSec, plannedPerSec, lagMs, clock.boundMs],
      ]),
      [
        ['us-1', 'lost', 0, 0, 200, 3],
        ['eu-1', 'well', 10, 10, 0, 1],
        ['eu-2', 'well', 9.5, 10, 100, 2],
      ],
    )
    assert.match(lines(hosts)?.[1] ?? '', /^us-1 +lost +0\/s of 0\/s, loop .*, lag .*, clock ±/)
  })

  test('are no part of a screen where threads of this process send the load', () => {
    assert.is(hostsBlock({ view: aLiveView({}), points: [], nowMs: 0, width: 90 }, 3), null)
  })

  test('are told by their number where they are too many, and in one line where there is no room', () => {
    const many = Array.from({ length: 40 }, (_, i) => {
      const [host] = liveHosts(placed.slice(0, 1), states(i === 0 ? 'late' : 'well'), clocks, second)
      return { ...(host as NonNullable<typeof host>), worker: `w${i}` }
    })
    const shown = lines(many) ?? []
    assert.is(shown.length, 1 + 8 + 1)
    assert.match(shown.at(-1) ?? '', 'and 32 workers more')
    const [short] =
      hostsBlock({ view: aLiveView({ hosts: many }), points: [], nowMs: 0, width: 90 }, 3)?.render(1) ?? []
    assert.is(paint(short ?? [], { colour: false, unicode: true }), 'workers 40, w0 late')
  })
})
