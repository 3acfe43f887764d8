import * as assert from 'uvu/assert'
import { duration, name } from '../../harness/base/text-schemas.ts'
import { describe } from '../kit/suite.ts'

describe('Text written by hand', (test) => {
  test('carries its unit', () => {
    assert.ok(duration.safeParse('1m30s').success)
    for (const wrong of ['5', '5 s', '5sec', '-1s', 5]) assert.not.ok(duration.safeParse(wrong).success)
  })

  test('has names without dots and slashes, by which code is found', () => {
    assert.ok(name.safeParse('buy_2-fast').success)
    for (const wrong of ['', 'a.b', 'a/b', 'a b', 'a'.repeat(201)])
      assert.not.ok(name.safeParse(wrong).success, wrong)
  })
})
