import * as assert from 'uvu/assert'
import { businessHoursPattern } from '../../harness/workloads/business-hours.ts'
import { compileCurve } from '../../harness/workloads/curve.ts'
import { agentsAt } from '../../harness/workloads/population.ts'
import { resolved } from '../contract/workload.ts'
import { describe } from '../kit/suite.ts'

const BERLIN = [{ name: 'berlin', weight: 1, timeZone: 'Europe/Berlin' }]
const HOUR_MS = 1_000

/** Demand by hour of the first region's day, a second of run an hour. */
function dayOf(config: Readonly<Record<string, unknown>>): (hour: number) => number {
  const curve = compileCurve(resolved(businessHoursPattern, { day: '24s', ...config }).curve)
  return (hour) => curve.valueAt(hour * HOUR_MS)
}

describe('business-hours', (test) => {
  test('peaks at exactly 250 agents in a day of ten minutes, mixed 70 / 20 / 10', () => {
    const plan = resolved(businessHoursPattern, {})
    const curve = compileCurve(plan.curve)
    const seen = Array.from({ length: 60_000 }, (_, i) => agentsAt(curve, i * 10))

    assert.is(curve.durationMs, 600_000)
    assert.is(Math.max(...seen), 250)
    assert.equal(plan.mix, { safe: 0.7, risky: 0.2, complex: 0.1 })
    assert.is(plan.model, 'closed')
  })

  test('has two humps in one place, a lunch dip between them, and quiet nights', () => {
    const at = dayOf({ regions: BERLIN })

    assert.is(at(10), 250)
    assert.ok(at(15) > 0.9 * 250 && at(15) < 250, `afternoon ${at(15)}`)
    assert.ok(at(12.5) < 0.6 * 250, `lunch ${at(12.5)}`)
    for (const hour of [0, 3, 5, 23.5]) assert.ok(at(hour) < 0.06 * 250, `night at ${hour}: ${at(hour)}`)
  })

  test('is the sum of its regions, each at its own local time', () => {
    const zones = { 'Europe/Berlin': 0, 'America/New_York': -6, 'Asia/Tokyo': 8 }
    const weights = { 'Europe/Berlin': 50, 'America/New_York': 30, 'Asia/Tokyo': 20 }
    const summed = dayOf({})
    const local = dayOf({ regions: BERLIN })
    const expectedAt = (hour: number) =>
      Object.entries(zones).reduce(
        (sum, [zone, shift]) => sum + weights[zone as keyof typeof weights] * local((hour + shift + 24) % 24),
        0,
      )
    const factor = summed(10) / expectedAt(10)
    for (let hour = 0; hour < 24; hour += 0.25) {
      const ratio = summed(hour) / expectedAt(hour)
      assert.ok(Math.abs(ratio / factor - 1) < 1e-9, `at ${hour}: ${ratio} is not ${factor}`)
    }
  })

  test('takes zone offsets of half hours and of negative sign', () => {
    const regions = [
      { name: 'utc', weight: 1e-9, timeZone: 'UTC' },
      { name: 'newfoundland', weight: 1, timeZone: 'America/St_Johns' },
    ]
    const at = dayOf({ regions })

    assert.ok(Math.abs(at(13.5) - 250) < 1e-3, `10:00 in St. John's is 13:30 UTC: ${at(13.5)}`)
  })

  test('takes only some hours of the day, and fills the run with them', () => {
    const plan = resolved(businessHoursPattern, { from: '08:00', to: '18:00', day: '10m', regions: BERLIN })
    const curve = compileCurve(plan.curve)

    assert.is(curve.durationMs, 600_000)
    assert.is(curve.valueAt(120_000), 250)
    assert.equal(
      plan.phases.map(({ name }) => name),
      ['morning', 'lunch', 'afternoon'],
    )
  })

  test('names the parts of a whole day', () => {
    assert.equal(
      resolved(businessHoursPattern, { day: '24s' }).phases.map(({ name, startMs }) => [name, startMs]),
      [
        ['night', 0],
        ['morning', 6_000],
        ['lunch', 12_000],
        ['afternoon', 13_500],
        ['evening', 18_000],
      ],
    )
  })

  test('lets agents come for three to eight journeys, thinking in between', () => {
    const { session, think } = resolved(businessHoursPattern, {})

    assert.equal(session.journeys, { min: 3, max: 8 })
    assert.equal(think, { minMs: 1_000, maxMs: 3_000 })
    assert.ok(session.pause.maxMs > 0)
  })

  test('carries the network delay of a region', () => {
    const regions = [{ ...BERLIN[0], networkDelay: '40ms' }]
    const plan = resolved(businessHoursPattern, { regions })

    assert.equal(plan.regions, [{ name: 'berlin', weight: 1, timeZone: 'Europe/Berlin', networkDelayMs: 40 }])
  })

  test('refuses a day that ends before it begins, hours that are none, and unknown zones', () => {
    assert.throws(() => resolved(businessHoursPattern, { from: '18:00', to: '08:00' }), /must come before/)
    assert.throws(() => resolved(businessHoursPattern, { from: '10:00', to: '10:00' }), /must come before/)
    assert.not.ok(businessHoursPattern.configSchema.safeParse({ to: '24:30' }).success)
    assert.not.ok(businessHoursPattern.configSchema.safeParse({ from: '8' }).success)
    const regions = [{ name: 'x', weight: 1, timeZone: 'Europe/Atlantis' }]
    assert.not.ok(businessHoursPattern.configSchema.safeParse({ regions }).success)
  })
})
