import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { BodyBuffer } from '../../../harness/targets/http/body-buffer.ts'
import { cutUp } from '../../kit/http-fuzz.ts'
import { describe } from '../../kit/suite.ts'

/** How many buffers are made meanwhile. */
function allocationsIn(work: () => void): number {
  const { allocUnsafe } = Buffer
  let count = 0
  Buffer.allocUnsafe = (size) => {
    count++
    return allocUnsafe(size)
  }
  try {
    work()
  } finally {
    Buffer.allocUnsafe = allocUnsafe
  }
  return count
}

describe('BodyBuffer', (test) => {
  test('gives back what was appended, however it was cut up, and is empty then', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.array(fc.nat({ max: 60 }), { minLength: 1 }),
        (all, cuts) => {
          const body = new BodyBuffer()
          for (const piece of cutUp(Buffer.from(all), cuts)) body.append(piece, 0, piece.length)

          assert.equal(body.take(), Buffer.from(all))
          assert.is(body.take().length, 0)
        },
      ),
    )
  })

  test('does not look at the bytes it was given any more', () => {
    const body = new BodyBuffer()
    const shared = Buffer.from('xabx')
    body.append(shared, 1, 3)
    shared.fill(0)

    assert.is(body.take().toString(), 'ab')
  })

  test('makes one buffer for a body in one piece, and few for one that comes byte by byte', () => {
    const bytes = Buffer.alloc(100_000, 'b')
    const body = new BodyBuffer()

    assert.is(
      allocationsIn(() => body.append(bytes, 0, bytes.length)),
      1,
    )
    assert.is(body.take().length, 100_000)
    assert.ok(
      allocationsIn(() => {
        for (let at = 0; at < bytes.length; at++) body.append(bytes, at, at + 1)
      }) < 20,
    )
    assert.ok(body.take().equals(bytes))
  })
})
