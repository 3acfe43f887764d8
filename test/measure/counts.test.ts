import * as assert from 'uvu/assert'
import { badOf, completedOf } from '../../harness/measure/counts.ts'
import { aStep } from '../kit/snapshots.ts'
import { describe } from '../kit/suite.ts'

describe('Counts of requests by their ends', (test) => {
  test('are bad in every way but one, and completed unless aborted', () => {
    const counts = aStep({ ok: 1, failed: 10, errored: 100, timedOut: 1_000, aborted: 10_000 })

    assert.equal([badOf(counts), completedOf(counts)], [1_110, 1_111])
  })
})
