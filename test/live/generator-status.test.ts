import * as assert from 'uvu/assert'
import { generatorStatusOf } from '../../harness/live/generator-status.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import { aMergedSecond, type SecondShape } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

const statusOf = (
  shape: SecondShape,
  generator: Partial<MergedInterval['generator']> = {},
  responseP99Ms = 20,
) => {
  const interval = aMergedSecond(0, { okMs: [20], ...shape })
  return generatorStatusOf({ ...interval, generator: { ...interval.generator, ...generator } }, responseP99Ms)
}

describe('The status of the generator', (test) => {
  test('is ok while it has room', () => {
    const status = statusOf({})

    assert.equal([status.level, status.reason], ['ok', ''])
    assert.equal([status.loopBusyRatio, status.longestTurnMs, status.gcPauseMs], [0.3, 5, 1])
    assert.equal([status.cpuCores, status.rssBytes], [0.3, 1e8])
  })

  for (const [what, shape, generator] of [
    ['its loop is 95 % busy', { health: { eventLoopUtilization: 0.95 } }, {}],
    ['it waits for a CPU 90 %', { health: { runQueueWaitRatio: 0.9 } }, {}],
    ['the host took 50 %', {}, { stealRatio: 0.5 }],
    ['its event loop was blocked for 3s', { health: { loopDelayMaxMs: 3_000 } }, {}],
    ['garbage collection stopped it for 2s', { health: { gcPauseMaxMs: 2_000 } }, {}],
  ] as const)
    test(`is strained when ${what}`, () => {
      const status = statusOf(shape, generator)

      assert.equal([status.level, status.reason], ['strained', what])
    })

  test('is in doubt when starts are late as well', () => {
    const status = statusOf({ startDelayMs: 500, health: { eventLoopUtilization: 0.95 } })

    assert.is(status.level, 'doubt')
    assert.match(status.reason, /^starts are 500.*ms late \(p99\), its loop is 95 % busy$/)
  })

  test('is ok when starts are late and nothing else is amiss: all agents wait for the target', () => {
    assert.is(statusOf({ startDelayMs: 500 }).level, 'ok')
  })

  test('is strained only, when starts are late by little of what users wait', () => {
    assert.is(
      statusOf({ startDelayMs: 500, health: { eventLoopUtilization: 0.95 } }, {}, 60_000).level,
      'strained',
    )
  })
})
