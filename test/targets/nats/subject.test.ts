import * as assert from 'uvu/assert'
import { matchesSubject } from '../../../harness/targets/nats/subject.ts'
import { describe } from '../../kit/suite.ts'

describe('A filter of subjects', (test) => {
  test('has whole words, * for one and > for the rest', () => {
    const falls = ['a.b', 'a.*', '*.b', 'a.>', '>', '*.*'].map((filter) => matchesSubject(filter, 'a.b'))
    const falls3 = ['a.b', 'a.*', 'a.>', 'a.*.c', 'a.b.c.>'].map((filter) => matchesSubject(filter, 'a.b.c'))

    assert.equal(falls, [true, true, true, true, true, true])
    assert.equal(falls3, [false, false, true, true, false])
    assert.not(matchesSubject('a.b', 'a'))
  })
})
