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

  const SYDNEY = { name: 'sydney', weight: 1, timeZone: 'Australia/Sydney' }
  const aClock = { ...BERLIN[0], weight: 1e-9 }
  const isAbout = (value: number, wanted: number) => assert.ok(Math.abs(value - wanted) < 1e-3, `${value}`)

  // Berlin changes on the last Sunday of March and October, Sydney on the first Sunday of April and October.
  for (const [date, ahead] of [
    ['2026-03-27', 10],
    ['2026-03-30', 9],
    ['2026-04-06', 8],
    ['2026-10-02', 8],
    ['2026-10-06', 9],
    ['2026-10-26', 10],
  ] as const)
    test(`has Sydney ${ahead} hours ahead of Berlin on ${date}`, () => {
      isAbout(dayOf({ date, regions: [aClock, SYDNEY] })(15 - ahead), 0.97 * 250)
      isAbout(dayOf({ date, regions: BERLIN })(15), 0.97 * 250)
    })

  test('is quiet on the days off of each region; the peak is that of a working day', () => {
    const friday = dayOf({ date: '2026-03-27', regions: [aClock, SYDNEY] })

    isAbout(dayOf({ date: '2026-03-28', regions: BERLIN })(11), 50)
    isAbout(dayOf({ date: '2026-03-29', regions: BERLIN })(11), 50)
    isAbout(friday(5), 0.97 * 250)
    assert.ok(friday(23.5) < 0.2 * 250, 'Saturday 9:30 in Sydney, Friday night in Berlin')
  })

  test('takes a date that there is', () => {
    for (const date of ['2026-02-30', '29.3.2026', ''])
      assert.not.ok(businessHoursPattern.configSchema.safeParse({ date }).success, date)
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
