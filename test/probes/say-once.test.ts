import * as assert from 'uvu/assert'
import { sayOnce } from '../../harness/probes/say-once.ts'
import { describe } from '../kit/suite.ts'

describe('sayOnce', (test) => {
  test('passes on the first message only, and not all of a long one', () => {
    const said: string[] = []
    const say = sayOnce((message) => said.push(message))
    say('x'.repeat(10_000))
    say('another')

    assert.equal(said, ['x'.repeat(300)])
  })
})
