import * as assert from 'uvu/assert'
import {
  capacityOf,
  type LoadedInterval,
  loadedIntervals,
} from '../../../harness/analysis/capacity/load-levels.ts'
import { wholeRunIntervals } from '../../../harness/analysis/comparison/baseline.ts'
import { rateAt } from '../../../harness/analysis/scalability.ts'
import { aRecord } from '../../kit/builders.ts'
import { histogramOfMs } from '../../kit/latencies.ts'
import { describe } from '../../kit/suite.ts'

function anInterval(agents: number, okCount: number, changes: Partial<LoadedInterval> = {}): LoadedInterval {
  return { agents, seconds: 1, okCount, errorCount: 0, hdr: null, ...changes }
}

/** Each load held for so many seconds, on a system whose peak lies at 48.7 agents. */
function staircase(loads: readonly number[], seconds = 4): LoadedInterval[] {
  return loads.flatMap((agents) =>
    Array.from({ length: seconds }, (_, i) =>
      anInterval(agents, rateAt([20, 0.05, 0.0004], agents) * (1 + 0.01 * Math.sin(agents + i))),
    ),
  )
}

describe('Capacity', (test) => {
  test('has a level for every load that was held, with its rate, its errors and its p99', () => {
    const hdr = histogramOfMs([...Array.from({ length: 99 }, () => 5), 80, 80]).encode()

    const { levels } = capacityOf([
      ...Array.from({ length: 3 }, () => anInterval(8, 90, { errorCount: 10, hdr })),
      ...Array.from({ length: 4 }, () => anInterval(2, 30)),
      // Passed through.
      anInterval(5, 60),
    ])

    assert.equal(
      levels.map(({ agents, seconds, okPerSec, errorRatio }) => [agents, seconds, okPerSec, errorRatio]),
      [
        [2, 4, 30, 0],
        [8, 3, 90, 0.1],
      ],
    )
    assert.is(levels[0]?.p99Ms, null)
    assert.ok(Math.abs((levels[1]?.p99Ms ?? 0) - 80) < 0.1)
  })

  test('puts neighbouring loads together when there are many', () => {
    const { levels } = capacityOf(Array.from({ length: 400 }, (_, i) => anInterval(i + 1, 10 * (i + 1))))

    assert.ok(levels.length <= 24, `${levels.length}`)
    assert.ok(levels.every(({ agents, okPerSec }) => Math.abs(okPerSec / agents - 10) < 1e-6))
    assert.equal(
      levels.map(({ agents }) => agents),
      levels.map(({ agents }) => agents).sort((a, b) => a - b),
    )
  })

  test('is not spoken of with fewer than six loads', () => {
    const { fit, peak } = capacityOf(staircase([1, 2, 4, 8, 16]))

    assert.is(fit, null)
    assert.equal(peak, { kind: 'too-few-loads' })
    assert.equal(capacityOf([]).levels, [])
  })

  test('has its peak where the law has it, when loads beyond it were measured', () => {
    const { peak } = capacityOf(staircase([1, 2, 4, 8, 16, 32, 64, 96]))

    assert.is(peak.kind, 'peak')
    if (peak.kind !== 'peak') return
    assert.ok(Math.abs(peak.agents - 48.7) < 3, `${peak.agents}`)
    assert.is(peak.isReached, true)
  })

  test('says that a peak is a guess when no load was well beyond it', () => {
    const { peak } = capacityOf(staircase([1, 2, 4, 8, 16, 32, 48]))

    assert.is(peak.kind === 'peak' && peak.isReached, false)
    assert.is(peak.kind, 'peak')
  })

  test('sees no peak where more agents cost nothing', () => {
    const linear = [1, 2, 4, 8, 16, 32].flatMap((agents) =>
      Array.from({ length: 4 }, (_, i) =>
        anInterval(agents, agents * 20 * (1 + 0.02 * Math.sin(agents * 3 + i))),
      ),
    )

    assert.is(capacityOf(linear).peak.kind, 'no-peak-seen')
  })

  test('does not look further than twice the largest load', () => {
    const exact = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((agents) =>
      Array.from({ length: 4 }, () => anInterval(agents, rateAt([20, 0.05, 0.0004], agents))),
    )

    assert.is(capacityOf(exact).peak.kind, 'out-of-sight')
  })

  test('finds the load of intervals in the record, also of those that were put together', () => {
    const record = aRecord({
      okMs: [5, 10],
      failedPerInterval: 1,
      intervals: 6,
      interval: (i) => ({ activeAgents: i < 3 ? 10 : 20 }),
    })

    const each = loadedIntervals(wholeRunIntervals(record, 6), record.intervals)
    const joined = loadedIntervals(wholeRunIntervals(record, 2), record.intervals)

    assert.equal(
      each.map(({ agents, okCount, errorCount }) => [agents, okCount, errorCount]),
      [10, 10, 10, 20, 20, 20].map((agents) => [agents, 2, 1]),
    )
    assert.equal(
      joined.map(({ agents, seconds, okCount }) => [agents, seconds, okCount]),
      [
        [10, 3, 6],
        [20, 3, 6],
      ],
    )
    assert.equal(loadedIntervals(wholeRunIntervals(record, 6), []), [])
  })
})
