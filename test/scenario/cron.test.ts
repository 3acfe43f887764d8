import * as assert from 'uvu/assert'
import { isoOf } from '../../harness/base/clock.ts'
import { cronProblem, nextInstantMs } from '../../harness/scenario/cron.ts'
import { describe } from '../kit/suite.ts'

const next = (cron: string, zone: string, after: string) => {
  const atMs = nextInstantMs(cron, zone, Date.parse(after))
  return atMs === null ? null : isoOf(atMs)
}

describe('The next instant of a cron expression', (test) => {
  test('is in its time zone, in summer and in winter', () => {
    assert.is(next('30 2 * * *', 'UTC', '2026-11-30T02:30:00Z'), '2026-12-01T02:30:00.000Z')
    assert.is(next('30 5 * * *', 'Europe/Berlin', '2026-01-10T00:00:00Z'), '2026-01-10T04:30:00.000Z')
    assert.is(next('30 5 * * *', 'Europe/Berlin', '2026-07-10T00:00:00Z'), '2026-07-10T03:30:00.000Z')
    assert.is(next('0 9 * * 1-5', 'Asia/Tokyo', '2026-11-27T01:00:00Z'), '2026-11-30T00:00:00.000Z')
  })

  test('comes once where the clock goes back an hour', () => {
    const first = next('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z') ?? ''
    assert.is(first.slice(0, 10), '2026-10-25')
    assert.is(next('30 2 * * *', 'Europe/Berlin', first)?.slice(0, 10), '2026-10-26')
  })

  test('is none where it never comes again', () => {
    assert.is(next('0 0 31 2 *', 'UTC', '2026-01-01T00:00:00Z'), null)
  })

  test('is not looked for in what cannot be read, or has seconds', () => {
    assert.is(cronProblem('30 2 * * 1-5'), null)
    for (const wrong of ['every night', '61 2 * * *', '* * * * * *', '30 2 * *', ''])
      assert.ok(cronProblem(wrong) !== null, wrong)
  })
})
