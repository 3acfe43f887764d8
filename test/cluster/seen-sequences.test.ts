import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { SeenSequences } from '../../harness/cluster/seen-sequences.ts'
import { describe } from '../kit/suite.ts'

describe('Sequences that were seen', (test) => {
  test('are told from new ones in any order, however often they come', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), (sequences) => {
        const seen = new SeenSequences()
        const model = new Set<number>()
        for (const sequence of sequences) {
          assert.is(seen.add(sequence), !model.has(sequence))
          model.add(sequence)
        }
      }),
    )
  })

  test('take no room once none is missing', () => {
    const seen = new SeenSequences()
    for (let sequence = 1; sequence < 10_000; sequence++) seen.add(sequence)
    assert.is(seen.size, 9_999)
    seen.add(0)
    assert.is(seen.size, 0)
  })
})
