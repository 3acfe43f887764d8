import * as assert from 'uvu/assert'
import { clockText } from '../../harness/text/figure-text.ts'
import { describe } from '../kit/suite.ts'

describe('An instant of a run', (test) => {
  test('is written as a clock does', () => {
    assert.equal([0, 7_900, 65_999, 750_000, 3_723_000, -5].map(clockText), [
      '0:00',
      '0:07',
      '1:05',
      '12:30',
      '1:02:03',
      '0:00',
    ])
  })
})
