import * as assert from 'uvu/assert'
import { FailureCounts } from '../../harness/measure/failure-counts.ts'
import { describe } from '../kit/suite.ts'

describe('FailureCounts', (test) => {
  test('lists the most frequent texts first', () => {
    const counts = new FailureCounts(10)
    counts.add('reset', 'gone')
    counts.add('status', 'HTTP 503', 20)
    counts.add('status', 'HTTP 503')

    assert.equal(counts.list(), [
      { kind: 'status', text: 'HTTP 503', count: 21 },
      { kind: 'reset', text: 'gone', count: 1 },
    ])
  })

  test('keeps what is frequent and the sum, however many texts there are once', () => {
    const counts = new FailureCounts(10)
    for (let i = 0; i < 1_000; i++) {
      counts.add('expectation', `id is ${i}`)
      if (i % 3 === 0) counts.add('status', 'HTTP 503')
    }
    const listed = counts.list(2)

    assert.equal(listed[0], { kind: 'status', text: 'HTTP 503', count: 334 })
    assert.equal(listed.at(-1), { kind: 'expectation', text: 'other', count: 999 })
    assert.is(
      listed.reduce((sum, { count }) => sum + count, 0),
      1_334,
    )
  })

  test('adds the others of a list to the others of their kind', () => {
    const counts = new FailureCounts(10)
    counts.add('code', 'other', 7)
    counts.add('code', 'a', 3)
    counts.add('code', 'b', 2)

    assert.equal(counts.list(1), [
      { kind: 'code', text: 'a', count: 3 },
      { kind: 'code', text: 'other', count: 9 },
    ])
  })
})
