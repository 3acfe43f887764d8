import * as assert from 'uvu/assert'
import { countStalls, judgeStalls } from '../../../harness/analysis/comparison/stalls.ts'
import { describe } from '../../kit/suite.ts'

describe('Stalled intervals', (test) => {
  test('have less than half of the usual answers', () => {
    assert.is(countStalls([100, 98, 102, 49, 50, 0, 101, 99]), 2)
    assert.is(countStalls([100, 0, 100]), 0, 'three intervals have no usual')
  })

  test('are suspect from two on, when no baseline run had as many', () => {
    assert.is(judgeStalls([0, 0, 1], [1], false), null)
    assert.is(judgeStalls([0, 0, 2], [2], false), null)
    assert.equal(judgeStalls([0, 0, 1], [3], false), { state: 'SUSPECT', more: 2 })
  })

  test('regress when most candidate runs have them, and one bad run is forgiven', () => {
    assert.equal(judgeStalls([0, 0, 1, 0], [3, 4, 3, 2], true), { state: 'REGRESSED', more: 2 })
    assert.is(judgeStalls([0, 0, 1, 0], [3, 0, 0, 0], true), null)
  })
})
