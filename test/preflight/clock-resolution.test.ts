import * as assert from 'uvu/assert'
import type { Clock } from '../../harness/base/clock.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import { clockResolution } from '../../harness/preflight/clock-resolution.ts'
import { aPreflightContext } from '../kit/preflight-context.ts'
import { describe } from '../kit/suite.ts'
import { VirtualClock } from '../kit/virtual-clock.ts'

/** A clock that shows a new instant only every hundredth look. */
function coarseClock(stepMs: number): Clock {
  let looks = 0
  return Object.assign(new VirtualClock(), { nowMs: () => Math.floor(looks++ / 100) * stepMs })
}

describe('clockResolution', (test) => {
  test('is content with the clock of this machine', async () => {
    const [finding] = await clockResolution.check(aPreflightContext({ clock: createSystemClock() }))

    assert.is(finding?.level, 'ok')
  })

  test('blocks on a clock that moves in steps of a millisecond', async () => {
    const [finding] = await clockResolution.check(aPreflightContext({ clock: coarseClock(1) }))

    assert.is(finding?.level, 'blocked')
    assert.is(finding?.message, 'smallest step 1000.00 us')
    assert.match(finding?.hint ?? '', 'clocksource')
  })

  test('blocks on a clock that stands still', async () => {
    const [finding] = await clockResolution.check(aPreflightContext({ clock: new VirtualClock() }))

    assert.is(finding?.level, 'blocked')
    assert.match(finding?.message ?? '', 'did not advance')
  })
})
