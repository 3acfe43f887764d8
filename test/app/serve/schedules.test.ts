import * as assert from 'uvu/assert'
import { type ScheduleSurroundings, Schedules } from '../../../harness/app/serve/schedules.ts'
import type { WantedRun } from '../../../harness/app/serve/service-runs.ts'
import { isoOf } from '../../../harness/base/clock.ts'
import { describe } from '../../kit/suite.ts'
import { VirtualClock } from '../../kit/virtual-clock.ts'

const HOUR_MS = 3_600_000
const NIGHTLY = { scenario: 'checkout.yaml', cron: '0 * * * *', timeZone: 'UTC' }

/** A calendar that can be set while the monotonic clock goes on. */
class SettableClock extends VirtualClock {
  shiftMs = 0
  override wallMs(): number {
    return super.wallMs() + this.shiftMs
  }
}

function aPlan(answer: 'started' | 'busy' | 'unknown' | Error = 'started', changes: object = {}) {
  const clock = new SettableClock()
  const wanted: WantedRun[] = []
  const said: string[] = []
  const surroundings: ScheduleSurroundings = {
    clock,
    say: (text) => said.push(text),
    start(run) {
      wanted.push(run)
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  }
  const plan = new Schedules({ nightly: { ...NIGHTLY, ...changes } }, surroundings)
  return { clock, plan, said, wanted, told: () => plan.told[0] }
}

describe('A schedule', (test) => {
  test('starts its scenario at each of its instants, with its baseline, environment and alerts', async () => {
    const alerts = { channels: { team: { plugin: 'console', config: {} } } }
    const { clock, wanted, told, plan } = aPlan('started', {
      baseline: 'main',
      environment: 'staging',
      alerts,
    })

    assert.is(told()?.nextAt, '2023-11-14T23:00:00.000Z')
    await clock.advance(2 * HOUR_MS)

    assert.equal(wanted[0], {
      ...{ scenario: 'checkout.yaml', seed: null, baseline: 'main', environment: 'staging' },
      ...{ alerts, by: 'schedule nightly' },
    })
    assert.equal([wanted.length, told()?.startedCount], [2, 2])
    assert.is(told()?.nextAt, '2023-11-15T01:00:00.000Z')
    plan.close()
    assert.is(clock.pendingCount, 0)
  })

  test('leaves out an instant at which another run is under way, counts it, and says so', async () => {
    const { clock, told, said, plan } = aPlan('busy')
    await clock.advance(HOUR_MS)

    assert.equal([told()?.startedCount, told()?.overlappedCount], [0, 1])
    assert.match(said.join(), 'schedule nightly: left out at 2023-11-14T23:00:00.000Z, because another run')
    plan.close()
  })

  test('makes up for nothing that it slept through, counts it, and goes on', async () => {
    const { clock, told, said, wanted, plan } = aPlan()
    await clock.advance(60_000)
    // The machine sleeps: the calendar goes on, timers do not.
    clock.shiftMs = 3 * HOUR_MS + 60_000
    await clock.advance(60_000)

    assert.equal([wanted.length, told()?.missedCount], [0, 3])
    assert.match(said.join(), '3 missed since 2023-11-14T23:00:00.000Z')
    await clock.advance(HOUR_MS)
    assert.is(wanted.length, 1)
    plan.close()
  })

  test('does not start twice when the calendar is set back', async () => {
    const { clock, wanted, plan } = aPlan()
    await clock.advance(HOUR_MS)
    assert.is(wanted.length, 1)
    clock.shiftMs = -10 * 60_000
    await clock.advance(30 * 60_000)

    assert.is(wanted.length, 1)
    plan.close()
  })

  test('says why a run could not be started, and goes on', async () => {
    for (const [answer, text] of [
      ['unknown', 'there is no scenario checkout.yaml'],
      [new Error('the disk is full'), 'could not be started: Error: the disk is full'],
    ] as const) {
      const { clock, said, told, plan } = aPlan(answer)
      await clock.advance(HOUR_MS)
      assert.match(said.join(), text)
      assert.is(told()?.nextAt, isoOf(Date.parse('2023-11-15T00:00:00Z')))
      plan.close()
    }
  })
})
