import * as assert from 'uvu/assert'
import { httpStatus } from '../../../harness/targets/http/status.ts'
import { describe } from '../../kit/suite.ts'

describe('httpStatus', (test) => {
  test('calls anything below 400 good', () => {
    assert.equal([200, 304, 399, 400, 503].map(httpStatus.isGood), [true, true, true, false, false])
  })

  test('refuses what can never be a status', () => {
    for (const wrong of [99, 1000, 200.5, '0xx', '200', [], 'ok'])
      assert.not.ok(httpStatus.expected.safeParse(wrong).success, JSON.stringify(wrong))
  })
})
