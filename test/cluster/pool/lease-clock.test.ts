import * as assert from 'uvu/assert'
import { allocateLease, leaseClock, setLease } from '../../../harness/cluster/lease-clock.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

/** A clock under a lease, and what happens on it, in order. */
function leased(endMs: number) {
  const clock = new VirtualClock(500)
  const memory = allocateLease(clock)
  setLease(memory, endMs)
  const seen: string[] = []
  const own = leaseClock(clock, memory, () => seen.push('end'))
  return { clock, own, memory, seen }
}

describe('A clock under a lease', (test) => {
  test('looks before anything is called back: also after it stood still beyond the end', async () => {
    const { clock, own, seen } = leased(1_000)
    own.every(100, () => seen.push('turn'))
    await clock.advance(300)
    clock.freeze(5_000)
    await clock.advance(150)

    assert.equal(seen.slice(0, 5), ['turn', 'turn', 'turn', 'end', 'turn'])
    assert.is(seen.filter((each) => each === 'end').length, 1)
  })

  test('goes on as long as the lease is moved', async () => {
    const { clock, own, memory, seen } = leased(700)
    own.every(100, () => seen.push('turn'))
    clock.every(100, () => setLease(memory, clock.nowMs() + 200))
    await clock.advance(2_000)

    assert.not(seen.includes('end'))
    setLease(memory, Number.NEGATIVE_INFINITY)
    own.soon(() => seen.push('soon'))
    await clock.advance(1)
    assert.equal(seen.slice(-2), ['end', 'soon'])
  })
})
