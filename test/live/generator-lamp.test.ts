import * as assert from 'uvu/assert'
import { generatorLampOf } from '../../harness/live/generator-lamp.ts'
import type { MergedInterval } from '../../harness/model/merged-interval.ts'
import { aMergedSecond, type SecondShape } from '../kit/live-intervals.ts'
import { describe } from '../kit/suite.ts'

const lampOf = (
  shape: SecondShape,
  generator: Partial<MergedInterval['generator']> = {},
  responseP99Ms = 20,
) => {
  const interval = aMergedSecond(0, { okMs: [20], ...shape })
  return generatorLampOf({ ...interval, generator: { ...interval.generator, ...generator } }, responseP99Ms)
}

describe('The lamp of the generator', (test) => {
  test('is ok while it has room', () => {
    const lamp = lampOf({})

    assert.equal([lamp.level, lamp.reason], ['ok', ''])
    assert.equal([lamp.loopBusyRatio, lamp.longestTurnMs, lamp.gcPauseMs], [0.3, 5, 1])
    assert.equal([lamp.cpuCores, lamp.rssBytes], [0.3, 1e8])
  })

  for (const [what, shape, generator] of [
    ['its loop is 95 % busy', { health: { eventLoopUtilization: 0.95 } }, {}],
    ['it waits for a core 90 %', { health: { runQueueWaitRatio: 0.9 } }, {}],
    ['the host took 50 %', {}, { stealRatio: 0.5 }],
    ['a turn took 3s', { health: { loopDelayMaxMs: 3_000 } }, {}],
    ['garbage collection stopped it for 2s', { health: { gcPauseMaxMs: 2_000 } }, {}],
  ] as const)
    test(`is strained when ${what}`, () => {
      const lamp = lampOf(shape, generator)

      assert.equal([lamp.level, lamp.reason], ['strained', what])
    })

  test('is in doubt when starts are late as well', () => {
    const lamp = lampOf({ startDelayMs: 500, health: { eventLoopUtilization: 0.95 } })

    assert.is(lamp.level, 'doubt')
    assert.match(lamp.reason, /^starts are 500.*ms late \(p99\), its loop is 95 % busy$/)
  })

  test('is ok when starts are late and nothing else is amiss: all agents wait for the target', () => {
    assert.is(lampOf({ startDelayMs: 500 }).level, 'ok')
  })

  test('is strained only, when starts are late by little of what users wait', () => {
    assert.is(
      lampOf({ startDelayMs: 500, health: { eventLoopUtilization: 0.95 } }, {}, 60_000).level,
      'strained',
    )
  })
})
