import * as assert from 'uvu/assert'
import { allocateLedger } from '../../harness/engine/ledger-memory.ts'
import { DELIVERED, IN_DOUBT, MessageStates, OPEN, REFUSED } from '../../harness/engine/message-states.ts'
import { describe } from '../kit/suite.ts'

const states = (subscribers = 1) =>
  new MessageStates(allocateLedger({ mode: 'each', subscribers }, 2, { capacity: 64 }))

describe('The states of messages', (test) => {
  test('tell what a message was before, of each recipient by itself', () => {
    const two = states(2)

    assert.equal([two.deliver(0, 0, 5), two.deliver(0, 0, 5)], [OPEN, DELIVERED])
    assert.equal([two.deliver(0, 1, 5), two.deliver(1, 0, 5)], [OPEN, OPEN])
  })

  test('withdraw only what is open', () => {
    const two = states(2)
    two.deliver(0, 0, 21)

    assert.is(two.withdraw(0, 21, IN_DOUBT), 1)
    assert.is(two.withdraw(0, 21, REFUSED), 0)
    assert.is(two.deliver(0, 1, 21), IN_DOUBT)
  })

  test('are cleared sixteen at a time, the open ones counted', () => {
    const one = states()
    for (const sequence of [16, 17, 31, 32]) one.deliver(0, 0, sequence)

    assert.is(one.clear(0, 16), 13)
    assert.is(one.deliver(0, 0, 32), DELIVERED)
    assert.is(one.deliver(0, 0, 17), OPEN)
  })
})
