import * as assert from 'uvu/assert'
import { allocateLedger, messageCountsOf, recipientsOf } from '../../harness/engine/ledger-memory.ts'
import { MESSAGE_COLUMNS } from '../../harness/model/message-counts.ts'
import { describe } from '../kit/suite.ts'

describe('The memory of a message ledger', (test) => {
  test('is bounded, however many subscribers share it', () => {
    for (const subscribers of [1, 3, 1000]) {
      const { states, capacity } = allocateLedger({ mode: 'each', subscribers }, 1)

      assert.ok(states.byteLength <= 4 * 1024 ** 2)
      assert.is(Math.log2(capacity) % 1, 0)
    }
  })

  test('has one recipient of a message, or every subscriber', () => {
    assert.is(recipientsOf({ mode: 'once', subscribers: 5 }), 1)
    assert.is(recipientsOf({ mode: 'each', subscribers: 5 }), 5)
  })

  test('has a counter for every count', () => {
    const columns = Float64Array.from(MESSAGE_COLUMNS, (_, column) => column)

    assert.equal(Object.values(messageCountsOf(columns)), [...columns])
  })
})
