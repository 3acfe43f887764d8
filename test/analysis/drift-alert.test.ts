import * as assert from 'uvu/assert'
import { driftAlert } from '../../harness/analysis/drift-alert.ts'
import { trendOf } from '../../harness/analysis/trend.ts'
import type { TrendPoint } from '../../harness/model/history.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const AT = '2026-11-21T09:31:00.000Z'

/** A night with a p99 that is so many times what it was at first. */
const night = (index: number, times: number): TrendPoint => ({
  id: `run-${index}`,
  startedAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
  build: null,
  session: `boot-${index}`,
  y: Math.log(10_000 * times * (1 + 0.01 * Math.sin(index * 7))),
  w: 0.0001,
})
const alertAfter = (...times: readonly number[]) =>
  driftAlert(
    aRecord({ okMs: [1] }),
    trendOf(
      'p99',
      times.map((each, i) => night(i, each)),
    ),
    AT,
  )

describe('The alert of a drift', (test) => {
  const first = Array.from({ length: 10 }, () => 1)

  test('is raised by the third session in a row that is worse than the first ten', () => {
    assert.is(alertAfter(...first, 1.5, 1.5), null)
    const alert = alertAfter(...first, 1.5, 1.5, 1.5)
    assert.equal(
      [alert?.kind, alert?.severity, alert?.dedupeKey, alert?.annotations['sessions']],
      ['drift', 'warning', 'test/drift/p99', '10'],
    )
    assert.match(
      alert?.summary ?? '',
      /^test: drift: p99 has been worse .* three sessions in a row: \+[45]\d/,
    )
  })

  test('is none while the newest is as the first ones, and none of a short history', () => {
    assert.is(alertAfter(...first, 1, 1, 1), null)
    assert.is(alertAfter(1, 2, 2, 2), null)
  })
})
