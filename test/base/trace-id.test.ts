import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { TRACE_LANES, traceIdOf, tracePrefixOf } from '../../harness/base/trace-id.ts'
import { describe } from '../kit/suite.ts'

const lanes = fc.nat({ max: TRACE_LANES - 1 })
const numbers = fc.integer({ min: 1, max: 2 ** 48 - 1 })

describe('traceIdOf', (test) => {
  test('gives 32 hex digits, of which neither all nor the last 16 are zero', () => {
    fc.assert(
      fc.property(fc.string(), lanes, numbers, (run, lane, number) => {
        const id = traceIdOf(tracePrefixOf(run, lane), number)
        assert.match(id, /^[0-9a-f]{32}$/)
        assert.not.match(id, /0{16}$/)
      }),
    )
  })

  test('gives another id for another run, another lane, or another number', () => {
    const idOf = (run: string, lane: number, number: number) => traceIdOf(tracePrefixOf(run, lane), number)
    const key = fc.tuple(fc.constantFrom('a', 'b', 'a b'), lanes, numbers)
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = one.every((part, i) => part === other[i])
        assert.is(idOf(...one) === idOf(...other), same)
      }),
    )
    assert.is(
      new Set(Array.from({ length: 1_000 }, (_, i) => idOf('a', i % 10, 1 + (i - (i % 10))))).size,
      1_000,
    )
  })

  test('gives the same id for the same request whenever it is asked', () => {
    assert.is(traceIdOf(tracePrefixOf('run', 3), 10), traceIdOf(tracePrefixOf('run', 3), 10))
    assert.is(traceIdOf('0123456789abcdef0003', 255), '0123456789abcdef00030000000000ff')
  })
})
