import * as assert from 'uvu/assert'
import { addNumbers, addTallies } from '../../harness/base/add-numbers.ts'
import { byHardName, entriesIn } from '../kit/hard-names.ts'
import { describe } from '../kit/suite.ts'

describe('Sums by name', (test) => {
  test('add up what has the same fields', () => {
    assert.equal(addNumbers({ ok: 1, failed: 2 }, { ok: 3, failed: 0 }), { ok: 4, failed: 2 })
  })

  test('add up tallies of different names, and change neither', () => {
    const [a, b] = [{ reset: 1 }, { reset: 2, dns: 1 }]

    assert.equal(addTallies([a, b]), { reset: 3, dns: 1 })
    assert.equal([a, b], [{ reset: 1 }, { reset: 2, dns: 1 }])
  })

  test('take what objects inherit for a name like any other', () => {
    const ones = byHardName(() => 1)

    const sums = addTallies([ones, ones, {}])

    assert.equal(entriesIn(sums), entriesIn(byHardName(() => 2)))
  })
})
