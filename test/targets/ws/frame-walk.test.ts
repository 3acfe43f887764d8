import * as assert from 'uvu/assert'
import { type Arrival, FrameWalk } from '../../../harness/targets/ws/frame-walk.ts'
import { describe } from '../../kit/suite.ts'
import { BINARY, PING, TEXT, wsFrame } from '../../kit/ws-server.ts'

/** Arrivals of the messages in these bytes, read in pieces of a size; each piece is read one ms after the last. */
function arrivalsOf(bytes: Buffer, pieceBytes: number): Arrival[] {
  const walk = new FrameWalk()
  const arrivals: Arrival[] = []
  let nowMs = 1
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    walk.walk(bytes.subarray(at, at + pieceBytes), nowMs++)
    for (let arrival = walk.take(); arrival !== undefined; arrival = walk.take()) arrivals.push(arrival)
  }
  return arrivals
}

const CONVERSATION = Buffer.concat([
  wsFrame(TEXT, 'abc'),
  wsFrame(PING, 'ping'),
  wsFrame(BINARY, 'x'.repeat(300)),
  wsFrame(TEXT, '', 0),
  wsFrame(PING),
  wsFrame(0, 'y'.repeat(70_000), 0),
  wsFrame(0, ''),
  wsFrame(TEXT, ''),
])
const SIZES = [5, 304, 2 + 70_010 + 2, 2]

describe('FrameWalk', (test) => {
  test('finds the messages of one read, without the pings between them', () => {
    const arrivals = arrivalsOf(CONVERSATION, CONVERSATION.length)

    assert.equal(
      arrivals.map(({ bytes }) => bytes),
      SIZES,
    )
    assert.ok(arrivals.every(({ firstByteMs, lastByteMs }) => firstByteMs === 1 && lastByteMs === 1))
  })

  for (const pieceBytes of [1, 2, 3, 7, 1000])
    test(`finds the same in reads of ${pieceBytes} bytes, with the reads that held their first and last byte`, () => {
      const arrivals = arrivalsOf(CONVERSATION, pieceBytes)
      const readOf = (at: number) => Math.floor(at / pieceBytes) + 1

      assert.equal(
        arrivals.map(({ bytes }) => bytes),
        SIZES,
      )
      assert.equal(
        arrivals.map(({ firstByteMs, lastByteMs }) => [firstByteMs, lastByteMs]),
        [
          [readOf(0), readOf(4)],
          [readOf(11), readOf(314)],
          [readOf(315), readOf(315 + 2 + 2 + 70_010 + 1)],
          [readOf(CONVERSATION.length - 2), readOf(CONVERSATION.length - 1)],
        ],
      )
    })

  test('leaves the mask of a frame that should have none to the library', () => {
    const walk = new FrameWalk()
    walk.walk(Buffer.from([0x81, 0x82, 1, 2, 3, 4, 5, 6]), 1)

    assert.equal(walk.take(), { firstByteMs: 1, lastByteMs: 1, bytes: 8 })
  })
})
