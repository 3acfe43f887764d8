import * as assert from 'uvu/assert'
import { FrameSizes } from '../../../harness/targets/kafka/frame-sizes.ts'
import { describe } from '../../kit/suite.ts'

/** The first problem with these bytes, in pieces of some length. */
function problemOf(bytes: readonly number[], pieceBytes: number): string | null {
  const sizes = new FrameSizes()
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const problem = sizes.read(Uint8Array.from(bytes.slice(at, at + pieceBytes)))
    if (problem !== null) return problem
  }
  return null
}

describe('The sizes of frames of a broker', (test) => {
  const good = [0, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0, 6, 1, 2, 3, 4, 5, 6]
  const cases = [
    ['below zero', [0xff, 0xff, 0xff, 0xff], '-1'],
    ['of zero, which would be read for ever', [0, 0, 0, 0], '0'],
    ['without the number of a request', [0, 0, 0, 3], '3'],
    ['of another protocol', [...Buffer.from('HTTP')], '1213486160'],
  ] as const

  for (const pieceBytes of [1, 3, 5, 100])
    test(`are read in pieces of ${pieceBytes} bytes`, () => {
      assert.is(problemOf([...good, ...good, 0, 0], pieceBytes), null)
      for (const [, bytes, size] of cases)
        assert.match(problemOf([...good, ...bytes], pieceBytes) ?? '', `an answer of ${size} bytes`)
    })
})
