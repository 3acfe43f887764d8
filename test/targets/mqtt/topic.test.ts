import * as assert from 'uvu/assert'
import { matchesTopic } from '../../../harness/targets/mqtt/topic.ts'
import { describe } from '../../kit/suite.ts'

describe('A filter of topics', (test) => {
  test('has whole levels, + for one and # for any number', () => {
    const falls = ['a/b', 'a/+', '+/b', 'a/#', '#', 'a/b/#', '+', 'a/b/+'].map((filter) =>
      matchesTopic(filter, 'a/b'),
    )

    assert.equal(falls, [true, true, true, true, true, true, false, false])
  })
})
