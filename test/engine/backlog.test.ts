import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Backlog } from '../../harness/engine/backlog.ts'
import { describe } from '../kit/suite.ts'

describe('Backlog', (test) => {
  test('is empty at first', () => {
    const backlog = new Backlog()

    assert.equal([backlog.size, backlog.oldestMs], [0, Number.POSITIVE_INFINITY])
  })

  test('gives the oldest arrival first, with its instant and number', () => {
    const backlog = new Backlog()
    backlog.push(10.5, 4)
    backlog.push(11, 8)

    assert.equal([backlog.size, backlog.oldestMs, backlog.oldestIndex], [2, 10.5, 4])
    backlog.shift()
    assert.equal([backlog.size, backlog.oldestMs, backlog.oldestIndex], [1, 11, 8])
  })

  test('is a queue however it grows and wraps around', () => {
    const anyTurns = fc.array(fc.record({ pushed: fc.nat({ max: 900 }), shifted: fc.nat({ max: 900 }) }), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const backlog = new Backlog()
        const expected: number[] = []
        let next = 0
        for (const { pushed, shifted } of turns) {
          for (let i = 0; i < pushed; i++, next++) {
            backlog.push(next / 8, next)
            expected.push(next)
          }
          for (let i = 0; i < shifted && expected.length > 0; i++) {
            assert.is(backlog.oldestIndex, expected[0])
            assert.is(backlog.oldestMs, expected[0]! / 8)
            expected.shift()
            backlog.shift()
          }
          assert.is(backlog.size, expected.length)
        }
      }),
      { numRuns: 50 },
    )
  })
})
