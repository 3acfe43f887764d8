import * as assert from 'uvu/assert'
import { CheckTally, ConcurrencyTally } from '../../harness/measure/code-counts.ts'
import { describe } from '../kit/suite.ts'

describe('The tally of checks', (test) => {
  test('adds up what has the same phase and name, and lists it as it came', () => {
    const tally = new CheckTally()
    tally.add('steady', 'paid', 1, 0)
    tally.add('steady', 'cart', 0, 1)
    tally.add('night', 'paid', 3, 2)
    tally.add('steady', 'paid', 4, 5)
    assert.equal(tally.list(), [
      { phase: 'steady', check: 'paid', passed: 5, failed: 5 },
      { phase: 'steady', check: 'cart', passed: 0, failed: 1 },
      { phase: 'night', check: 'paid', passed: 3, failed: 2 },
    ])
  })

  test('keeps nothing of what it has listed and cleared', () => {
    const tally = new CheckTally()
    tally.add('steady', 'paid', 1, 0)
    const [listed] = tally.list()
    tally.clear()
    tally.add('steady', 'paid', 1, 0)
    assert.equal([listed?.passed, tally.list()[0]?.passed], [1, 1])
  })
})

describe('The tally of concurrency', (test) => {
  test('keeps the most at once and adds up the rest, by phase and journey', () => {
    const tally = new ConcurrencyTally()
    tally.add('steady', 'shop', { requestsMax: 4, notAwaited: 1, refused: 0 })
    tally.add('steady', 'browse', { requestsMax: 2, notAwaited: 0, refused: 0 })
    tally.add('steady', 'shop', { requestsMax: 3, notAwaited: 2, refused: 5 })
    assert.equal(tally.list(), [
      { phase: 'steady', journey: 'shop', requestsMax: 4, notAwaited: 3, refused: 5 },
      { phase: 'steady', journey: 'browse', requestsMax: 2, notAwaited: 0, refused: 0 },
    ])
    tally.clear()
    assert.equal(tally.list(), [])
  })
})
