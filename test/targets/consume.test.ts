import * as assert from 'uvu/assert'
import * as z from 'zod'
import { consumeShape, membersOf, Work } from '../../harness/targets/consume.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

describe('Standing consumers', (test) => {
  test('are shared out to the shards of a run, each to one', () => {
    const shards = [0, 1, 2].map((shard) => membersOf(5, { shard, shardCount: 3 }))

    assert.equal(shards, [[0, 3], [1, 4], [2]])
  })

  test('say what is no time to work', () => {
    const schema = z.strictObject(consumeShape)
    const taken = ['5ms', '5ms..20ms', '0ms..1s', '20ms..5ms', '5', 'long'].map(
      (work) => schema.safeParse({ work }).success,
    )

    assert.equal(taken, [true, true, true, false, false, false])
  })

  test('hold a message for as long as it takes, spread evenly over a range', async () => {
    const clock = new VirtualClock()
    const doneMs: number[] = []
    const work = new Work('10ms..20ms', clock)
    for (let i = 0; i < 100; i++) work.do(() => doneMs.push(clock.nowMs()))
    await clock.advance(30)

    assert.is(doneMs.length, 100)
    assert.ok(Math.min(...doneMs) >= 10 && Math.max(...doneMs) <= 20)
    const mean = doneMs.reduce((sum, each) => sum + each, 0) / 100
    assert.ok(Math.abs(mean - 15) < 0.2)
  })

  test('are done at once where there is no work', () => {
    let isDone = false
    new Work(undefined, new VirtualClock()).do(() => {
      isDone = true
    })
    assert.ok(isDone)
  })
})
