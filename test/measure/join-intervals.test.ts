import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { joinIntervals } from '../../harness/measure/join-intervals.ts'
import { type IntervalResources, mergeInterval } from '../../harness/measure/merge-interval.ts'
import type { IntervalSnapshot } from '../../harness/model/interval-snapshot.ts'
import { anyValuesUs, countsOf } from '../kit/latencies.ts'
import { aCell, aSnapshot, aStep, RESOURCES } from '../kit/snapshots.ts'
import { describe } from '../kit/suite.ts'

function second(snapshot: IntervalSnapshot, resources = RESOURCES) {
  const { startMs, endMs } = snapshot
  return mergeInterval([snapshot], { ...resources, startMs, endMs, phase: 'steady', consumerLag: {} })
}

/** Two seconds with these resources, as one. */
function joined(first: IntervalResources, later: IntervalResources) {
  return joinIntervals([second(aSnapshot(), first), second(aSnapshot({ sequence: 1 }), later)])
}

describe('Joined intervals', (test) => {
  test('have the counts and times of all of them, from the first moment to the last', () => {
    fc.assert(
      fc.property(fc.array(anyValuesUs, { minLength: 1, maxLength: 5 }), (lists) => {
        const interval = joinIntervals(
          lists.map((values, sequence) =>
            second(
              aSnapshot({
                sequence,
                steps: [aStep({ ok: values.length, failed: 1, errors: { status: 1 } })],
                cells: [aCell(countsOf(values.map((us) => us % 2_000)))],
              }),
            ),
          ),
        )
        const all = lists.flat().map((us) => us % 2_000)
        const step = interval.steps['get']

        assert.equal([interval.startMs, interval.endMs], [0, lists.length * 1_000])
        assert.equal(
          [step?.ok, step?.failed, interval.errors['status']],
          [all.length, lists.length, lists.length],
        )
        assert.equal(Array.from(step?.counts ?? []), countsOf(all))
      }),
      { numRuns: 40 },
    )
  })

  const TARGET = { cpuCores: 1, rssBytes: 500, cpuRatio: 0.5, memoryRatio: 0.5 }
  const UNKNOWN = { cpuCores: null, rssBytes: null, cpuRatio: null, memoryRatio: null, value: null }

  test('merge resources: the mean of CPU, the later memory', () => {
    const { target } = joined(
      { ...RESOURCES, target: TARGET },
      { ...RESOURCES, target: { cpuCores: 2, rssBytes: 300, cpuRatio: null, memoryRatio: 0.3 } },
    )

    assert.equal(target, { cpuCores: 1.5, rssBytes: 300, cpuRatio: 0.5, memoryRatio: 0.3 })
    assert.is(joined({ ...RESOURCES, target: TARGET }, RESOURCES).target, null)
  })

  test('merge probes one by one, the higher of any other figure, and what only one of both knows', () => {
    const { probes } = joined(
      {
        ...RESOURCES,
        probes: { db: { ...TARGET, value: 9 }, gc: { ...UNKNOWN, value: 7 }, gone: { ...UNKNOWN, value: 1 } },
      },
      {
        ...RESOURCES,
        probes: {
          db: { cpuCores: 0, rssBytes: 300, cpuRatio: 0.1, memoryRatio: null, value: 4 },
          gc: { ...UNKNOWN, cpuCores: 1 },
          gone: null,
        },
      },
    )

    assert.equal(probes, {
      db: { cpuCores: 0.5, rssBytes: 300, cpuRatio: 0.3, memoryRatio: 0.5, value: 9 },
      gc: { ...UNKNOWN, cpuCores: 1, value: 7 },
      gone: { ...UNKNOWN, value: 1 },
    })
  })
})
