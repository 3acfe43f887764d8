import * as assert from 'uvu/assert'
import { Inbox } from '../../../harness/targets/mqtt/inbox.ts'
import { describe } from '../../kit/suite.ts'

const message = (topic: string) => ({ topic, payload: Buffer.from(topic) })

describe('The inbox of an agent', (test) => {
  test('gives what is there first, and the rest as it comes', () => {
    const inbox = new Inbox(10)
    const got: string[] = []
    inbox.add(message('a/1'))
    inbox.add(message('b/1'))
    inbox.wait('a/#', 2, (messages) => got.push(...messages.map(({ topic }) => topic)))
    assert.equal(got, [])
    inbox.add(message('a/2'))
    inbox.add(message('a/3'))

    assert.equal(got, ['a/1', 'a/2'])
    inbox.wait('#', 2, (messages) => got.push(...messages.map(({ topic }) => topic)))
    assert.equal(got.slice(2), ['b/1', 'a/3'])
  })

  test('drops the oldest beyond its limit, and gives nothing to whoever gave up', () => {
    const inbox = new Inbox(2)
    let got = 0
    inbox.wait('a', 1, () => got++)()
    assert.equal(
      ['a', 'b', 'c'].map((topic) => inbox.add(message(topic))),
      [false, false, true],
    )
    assert.is(got, 0)
  })
})
