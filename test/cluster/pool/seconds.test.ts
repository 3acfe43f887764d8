import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  newSeconds,
  type PlaceInterval,
  type Seconds,
  type SecondsInput,
  type SecondsOutput,
  seconds,
} from '../../../harness/cluster/coordinator/seconds.ts'
import { aSnapshot } from '../../kit/snapshots.ts'
import { describe } from '../../kit/suite.ts'

const interval = (place: number, sequence: number, isLast = false): SecondsInput => ({
  kind: 'interval',
  interval: {
    ...{ place, sequence, second: sequence + 1, isLast },
    sum: aSnapshot({ shard: place, sequence }),
  } satisfies PlaceInterval,
})

/** What came out of these inputs, in order: closed seconds with their snapshots, and late snapshots. */
function outOf(places: readonly number[], inputs: readonly SecondsInput[]) {
  let state: Seconds = newSeconds(places)
  const outputs: SecondsOutput[] = []
  for (const input of inputs) {
    const [next, output] = seconds(state, input)
    state = next
    outputs.push(output)
  }
  const named = ({ shard, sequence }: { shard: number; sequence: number }) => `${shard}.${sequence}`
  return {
    closed: outputs.flatMap(({ closed }) =>
      closed.map(({ second, snapshots, isWhole }) => [second, snapshots.map(named).sort(), isWhole] as const),
    ),
    late: outputs.flatMap(({ late }) => late.map(named)),
  }
}

describe('The seconds of a run over workers', (test) => {
  test('are closed in order, when everybody has delivered them', () => {
    const inputs = [interval(0, 0), interval(0, 1), interval(1, 1), interval(1, 0)]

    assert.equal(outOf([0, 1], inputs).closed, [
      [1, ['0.0', '1.0'], true],
      [2, ['0.1', '1.1'], true],
    ])
  })

  test('are closed three seconds after their end without those that have not; what comes later is late, not lost', () => {
    const tick = (runMs: number): SecondsInput => ({ kind: 'tick', runMs })
    const { closed, late } = outOf([0, 1], [interval(0, 0), tick(3_999), tick(4_000), interval(1, 0)])

    assert.equal(closed, [[1, ['0.0'], false]])
    assert.equal(late, ['1.0'])
    assert.equal(outOf([0, 1], [tick(60_000)]).closed, [], 'nothing came: nothing is closed')
  })

  test('wait for nobody who is gone', () => {
    const { closed } = outOf([0, 1], [interval(0, 0), { kind: 'gone', place: 1 }, interval(0, 1)])
    assert.equal(closed, [
      [1, ['0.0'], true],
      [2, ['0.1'], true],
    ])
  })

  test('take every interval once, in whatever order and however often they come', () => {
    const all = [0, 1, 2].flatMap((place) =>
      [0, 1, 2, 3].map((sequence) => interval(place, sequence, sequence === 3)),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }), (inputs) => {
        const { closed, late } = outOf([0, 1, 2], inputs)
        const taken = [...closed.flatMap(([, snapshots]) => snapshots), ...late].sort()
        assert.equal(
          taken,
          [0, 1, 2].flatMap((place) => [0, 1, 2, 3].map((sequence) => `${place}.${sequence}`)),
        )
        assert.equal(
          closed.map(([second]) => second),
          [1, 2, 3, 4],
        )
      }),
      { numRuns: 100 },
    )
  })
})
