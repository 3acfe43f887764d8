import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { pushVarint, VarintReader } from '../../harness/base/varint.ts'
import { describe } from '../kit/suite.ts'

function bytesOf(values: readonly number[]): number[] {
  const bytes: number[] = []
  for (const value of values) pushVarint(bytes, value)
  return bytes
}

describe('Varints', (test) => {
  test('take seven bits a byte, the lowest first', () => {
    assert.equal(bytesOf([0, 127, 128, 300]), [0, 127, 128, 1, 172, 2])
  })

  test('are read as they were written, up to the largest whole number', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (values) => {
        const reader = new VarintReader(Uint8Array.from(bytesOf(values)))
        assert.equal(
          values.map(() => reader.next()),
          values,
        )
        assert.ok(reader.isAtEnd)
      }),
    )
  })
})
