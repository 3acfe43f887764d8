import * as assert from 'uvu/assert'
import { SendQueue } from '../../../harness/targets/http/send-queue.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

describe('SendQueue', (test) => {
  test('sends at once what becomes ready while nothing is read', () => {
    const sent: number[] = []
    const queue = new SendQueue(new VirtualClock())

    queue.push({ send: () => sent.push(1) })

    assert.equal(sent, [1])
  })

  test('collects while answers are read, and sends in order at the end of the turn', async () => {
    const clock = new VirtualClock()
    const sent: number[] = []
    const queue = new SendQueue(clock)
    for (const number of [1, 2, 3]) {
      queue.noteReading()
      queue.push({ send: () => sent.push(number) })
    }
    assert.equal([sent.length, clock.pendingCount], [0, 1])

    await clock.advance(0)
    assert.equal(sent, [1, 2, 3])

    queue.push({ send: () => sent.push(4) })
    assert.equal(sent, [1, 2, 3, 4])
  })

  test('loses nothing that becomes ready while the turn is sent', async () => {
    const clock = new VirtualClock()
    const sent: string[] = []
    const queue = new SendQueue(clock)
    for (let round = 0; round < 3; round++) {
      queue.noteReading()
      queue.push({
        send() {
          sent.push(`a${round}`)
          queue.push({ send: () => sent.push(`b${round}`) })
        },
      })
      await clock.advance(0)
    }

    assert.equal(sent, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    assert.is(clock.pendingCount, 0)
  })
})
