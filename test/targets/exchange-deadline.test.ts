import * as assert from 'uvu/assert'
import { Deadlines } from '../../harness/targets/deadlines.ts'
import {
  ExchangeDeadline,
  PHASE_BODY,
  PHASE_CONNECT,
  PHASE_FIRST_BYTE,
} from '../../harness/targets/exchange-deadline.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** Enters phases at instants; gives when it gave up (rounded up to the sweep) and why. */
async function endOf(
  timeouts: { connectMs: number; firstByteMs: number; totalMs: number },
  phases: readonly (readonly [phase: number, atMs: number])[],
): Promise<readonly [atMs: number, kind: string] | null> {
  const clock = new VirtualClock()
  let ended: readonly [number, string] | null = null
  const deadlines = new Deadlines(clock, () => {
    ended = [clock.nowMs(), deadline.failure(timeouts).kind]
  })
  const deadline = new ExchangeDeadline(deadlines, 0)
  for (const [phase, atMs] of phases) {
    await clock.advance(atMs - clock.nowMs())
    deadline.enter(phase, atMs, timeouts)
  }
  await clock.advance(100_000)
  return ended
}

const TIMEOUTS = { connectMs: 1000, firstByteMs: 2000, totalMs: 5000 }

describe('ExchangeDeadline', (test) => {
  test('ends each phase in its own time', async () => {
    assert.equal(await endOf(TIMEOUTS, [[PHASE_CONNECT, 0]]), [1000, 'timeout-connect'])
    assert.equal(
      await endOf(TIMEOUTS, [
        [PHASE_CONNECT, 0],
        [PHASE_FIRST_BYTE, 500],
      ]),
      [2500, 'timeout-first-byte'],
    )
    assert.equal(
      await endOf(TIMEOUTS, [
        [PHASE_FIRST_BYTE, 0],
        [PHASE_BODY, 100],
      ]),
      [5000, 'timeout-total'],
    )
  })

  test('ends the whole when that comes first', async () => {
    const tight = { connectMs: 1000, firstByteMs: 2000, totalMs: 1500 }

    assert.equal(await endOf(tight, [[PHASE_FIRST_BYTE, 0]]), [1500, 'timeout-total'])
    assert.equal(await endOf({ ...tight, totalMs: 1000 }, [[PHASE_CONNECT, 0]]), [1000, 'timeout-connect'])
  })

  test('does not let a chain of redirects last longer than one exchange', async () => {
    const chain = [0, 1000, 2000, 3000, 4000].map((atMs) => [PHASE_FIRST_BYTE, atMs] as const)

    assert.equal(await endOf(TIMEOUTS, chain), [5000, 'timeout-total'])
  })

  test('begins anew after it was cleared', async () => {
    const clock = new VirtualClock()
    let count = 0
    const deadlines = new Deadlines(clock, () => count++)
    const deadline = new ExchangeDeadline(deadlines, 0)
    deadline.enter(PHASE_BODY, 0, TIMEOUTS)
    deadline.clear()
    await clock.advance(10_000)
    assert.is(count, 0)

    deadline.enter(PHASE_BODY, 10_000, TIMEOUTS)
    await clock.advance(4900)
    assert.is(count, 0)
    await clock.advance(200)
    assert.is(count, 1)
  })

  test('says how long was too long', () => {
    const deadline = new ExchangeDeadline(new Deadlines(new VirtualClock(), () => undefined), 0)
    deadline.enter(PHASE_CONNECT, 0, TIMEOUTS)

    assert.match(deadline.failure(TIMEOUTS).text, 'no connection within 1s')
  })
})
