import * as assert from 'uvu/assert'
import { inGroups } from '../../harness/base/in-groups.ts'
import { describe } from '../kit/suite.ts'

describe('inGroups', (test) => {
  test('keeps all in order, the rest in a smaller group', () => {
    assert.equal(inGroups([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]])
    assert.equal(inGroups([], 3), [])
  })
})
