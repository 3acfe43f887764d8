import * as assert from 'uvu/assert'
import { firstOfEachKind } from '../../harness/measure/failure-samples.ts'
import { aFailureSample } from '../kit/failures.ts'
import { describe } from '../kit/suite.ts'

describe('firstOfEachKind', (test) => {
  test('keeps the three earliest of every kind', () => {
    const late = [5, 4, 3, 2].map((atMs) => aFailureSample({ atMs }))
    const other = aFailureSample({ kind: 'reset', atMs: 9 })

    assert.equal(
      firstOfEachKind([other, ...late]).map(({ kind, atMs }) => [kind, atMs]),
      [
        ['status', 2],
        ['status', 3],
        ['status', 4],
        ['reset', 9],
      ],
    )
  })
})
