import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type BudgetInterval, errorBudget } from '../../harness/analysis/error-budget.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { errorBudgetSchema } from '../../harness/model/objective-result.ts'
import { aRecord } from '../kit/builders.ts'
import { aStepRecord } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Intervals of one length; each entry is the share of 1,000 requests that was bad. */
function aSeries(badShares: readonly number[], lengthMs = 1000): BudgetInterval[] {
  return badShares.map((share, i) => ({
    startMs: i * lengthMs,
    endMs: (i + 1) * lengthMs,
    over: share * 1000,
    total: 1000,
  }))
}

const repeat = (times: number, share: number) => Array.from({ length: times }, () => share)

function budgetOf(expect: string, record: ReturnType<typeof aRecord>) {
  const { objectives } = parseObjectives([expect], 'objectives')
  return judge(record, { objectives, strict: false }).objectives[0]?.budget ?? null
}

describe('An error budget', (test) => {
  test('is burned by bad requests in proportion to those that are allowed', () => {
    const budget = errorBudget(aSeries([0, 0.001, 0.002, 0.001]), 0.01)
    assert.equal([budget?.badCount, budget?.totalCount, budget?.allowedRatio], [4, 4000, 0.01])
    assert.ok(Math.abs((budget?.burnedRatio ?? 0) - 0.1) < 1e-12)
    assert.ok(Math.abs((budget?.budgetLeftRatio ?? 0) - 0.9) < 1e-12)
    assert.is(Math.round((budget?.exhaustionMs ?? 0) / DAY_MS), 300)
  })

  test('may be overspent, and never has less than nothing left', () => {
    const budget = errorBudget(aSeries(repeat(10, 0.05)), 0.01)
    assert.ok(Math.abs((budget?.burnedRatio ?? 0) - 5) < 1e-9)
    assert.is(budget?.budgetLeftRatio, 0)
    assert.is(Math.round((budget?.exhaustionMs ?? 0) / DAY_MS), 6)
  })

  test('lasts as long as the workbook says at each burn rate of its table 5-3', () => {
    for (const [rate, lasts] of [
      [1, 30 * DAY_MS],
      [2, 15 * DAY_MS],
      [10, 3 * DAY_MS],
      [1000, 43.2 * MINUTE_MS],
    ] as const) {
      const exhaustionMs = errorBudget(aSeries(repeat(5, rate * 0.001)), 0.001)?.exhaustionMs ?? 0
      assert.ok(Math.abs(exhaustionMs / lasts - 1) < 1e-9, `${rate}`)
    }
  })

  test('that nothing touched is whole, and never runs out', () => {
    const budget = errorBudget(aSeries(repeat(60, 0)), 0.01)
    assert.equal(
      [budget?.burnedRatio, budget?.budgetLeftRatio, budget?.exhaustionMs, budget?.alert],
      [0, 1, null, 'ok'],
    )
  })

  test('of a run in which everything was bad burns at one over what is allowed', () => {
    const budget = errorBudget(aSeries(repeat(60, 1)), 0.01)
    assert.ok(Math.abs((budget?.burnRate.long.rate ?? 0) - 100) < 1e-9)
    assert.is(budget?.alert, 'fast-burn')
  })

  test('of nothing is overspent by the first bad request, without a figure for how much', () => {
    const budget = errorBudget(aSeries([0, 0.001]), 0)
    assert.equal(
      [budget?.burnedRatio, budget?.budgetLeftRatio, budget?.exhaustionMs, budget?.alert],
      [null, 0, 0, 'fast-burn'],
    )
    assert.is(errorBudget(aSeries([0, 0]), 0)?.burnedRatio, 0)
    errorBudgetSchema.parse(JSON.parse(JSON.stringify(budget)))
  })

  test('is none without requests', () => {
    assert.is(errorBudget([], 0.01), null)
    assert.is(errorBudget([{ startMs: 0, endMs: 1000, over: 0, total: 0 }], 0.01), null)
  })
})

describe('Burn rates', (test) => {
  const minutes = (...badShares: number[]) => aSeries(badShares, MINUTE_MS)

  test('of a short run look at all of it and at its last twelfth', () => {
    const { burnRate } = errorBudget(aSeries([...repeat(55, 0), ...repeat(5, 0.03)]), 0.01) ?? {}
    assert.equal([burnRate?.long.windowMs, burnRate?.short.windowMs], [60_000, 5000])
    assert.ok(Math.abs((burnRate?.long.rate ?? 0) - 0.25) < 1e-9)
    assert.ok(Math.abs((burnRate?.short.rate ?? 0) - 3) < 1e-9)
  })

  test('take the part of an interval that lies in the window', () => {
    const { burnRate } = errorBudget(aSeries([0, 0, 0, 0, 0.02, 0.04], 10_000), 0.01) ?? {}
    // The last five seconds are half of the last interval.
    assert.equal([burnRate?.short.windowMs, burnRate?.short.rate], [5000, 4])
  })

  test('alert only when both windows exceed', () => {
    const recovered = [...repeat(50, 0.2), ...repeat(10, 0)]
    const sudden = [...repeat(59, 0), 0.05]
    const lasting = repeat(60, 0.2)
    const alerts = [recovered, sudden, lasting].map((shares) => errorBudget(aSeries(shares), 0.01)?.alert)
    assert.equal(alerts, ['ok', 'ok', 'fast-burn'])
  })

  test('are fast above 6, slow above 1, and well at 1', () => {
    const alertAt = (rate: number) => errorBudget(aSeries(repeat(60, rate / 1000)), 0.001)?.alert
    assert.equal([0.5, 0.999, 1.5, 5.9, 6.5, 15].map(alertAt), [
      'ok',
      'ok',
      'slow-burn',
      'slow-burn',
      'fast-burn',
      'fast-burn',
    ])
  })

  test('of a long run use the windows of the workbook', () => {
    const calm = repeat(10 * 60, 0)
    const lastHour = errorBudget(minutes(...calm, ...repeat(60, 0.15)), 0.01)
    assert.equal(
      [lastHour?.alert, lastHour?.burnRate.long.windowMs, lastHour?.burnRate.short.windowMs],
      ['fast-burn', HOUR_MS, 5 * MINUTE_MS],
    )
    // 7 times for six hours: the first pair needs 14.4, the second one 6.
    const sixHours = errorBudget(minutes(...calm, ...repeat(360, 0.07)), 0.01)
    assert.equal(
      [sixHours?.alert, sixHours?.burnRate.long.windowMs, sixHours?.burnRate.short.windowMs],
      ['fast-burn', 6 * HOUR_MS, 30 * MINUTE_MS],
    )
    // No longer fast after six calm minutes; over the whole run it still burns more than once.
    const calmAgain = errorBudget(minutes(...calm, ...repeat(60, 0.15), ...repeat(6, 0)), 0.01)
    assert.is(calmAgain?.alert, 'slow-burn')
  })

  test('scale their windows with the period of the budget', () => {
    const { burnRate } = errorBudget(minutes(...repeat(60, 0.001)), 0.01, 7.5) ?? {}
    assert.equal([burnRate?.long.windowMs, burnRate?.short.windowMs], [15 * MINUTE_MS, 75_000])
  })

  const series = fc
    .array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.integer({ min: 1, max: 20_000 })), { minLength: 1 })
    .map((entries) => {
      let startMs = 0
      return entries.map(([a, b, lengthMs]): BudgetInterval => {
        const interval = { startMs, endMs: startMs + lengthMs, over: Math.min(a, b), total: Math.max(a, b) }
        startMs = interval.endMs
        return interval
      })
    })
  const allowed = fc.double({ min: 0.0001, max: 1, noNaN: true })

  test('and budgets keep their arithmetic whatever the series', () => {
    fc.assert(
      fc.property(series, allowed, (intervals, allowedRatio) => {
        const budget = errorBudget(intervals, allowedRatio)
        if (budget === null) return intervals.every(({ total }) => total === 0)
        errorBudgetSchema.parse(budget)
        const { burnedRatio, budgetLeftRatio, burnRate, alert } = budget
        const burned = burnedRatio ?? Number.NaN
        const long = burnRate.long.rate ?? Number.NaN
        assert.ok(Math.abs(budgetLeftRatio - Math.max(0, 1 - burned)) < 1e-9)
        // Shorter than an hour: the long window is the run.
        assert.ok(Math.abs(long - burned) < 1e-9 * Math.max(1, burned))
        assert.ok(alert === 'ok' || (long > 1 && (burnRate.short.rate ?? 0) > 1))
        return (budget.exhaustionMs === null) === (burned === 0)
      }),
    )
  })

  test('do not depend on how a stretch of even load is cut into intervals', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (parts) => {
        const cut = Array.from({ length: parts }, (_, i) => ({
          startMs: (i * 60_000) / parts,
          endMs: ((i + 1) * 60_000) / parts,
          over: 120 / parts,
          total: 6000 / parts,
        }))
        const { burnRate } = errorBudget(cut, 0.01) ?? {}
        assert.ok(Math.abs((burnRate?.short.rate ?? 0) - 2) < 1e-9)
      }),
    )
  })
})

describe('The budget of an objective', (test) => {
  const okMs = [...repeat(95, 10), ...repeat(5, 200)]
  const record = aRecord({ okMs, failedPerInterval: 25, intervals: 24 })
  const burned = (expect: string) => budgetOf(expect, record)?.burnedRatio ?? Number.NaN

  test('counts what counts against it: slow answers, answers not within a bound, bad answers', () => {
    const near = (value: number, wanted: number) =>
      assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`)
    near(burned('p99(response_time) < 100ms'), 5 / 100 / 0.01)
    near(burned('share(response_time <= 100ms) >= 90%'), 30 / 125 / 0.1)
    near(burned('error_ratio <= 10%'), 2)
    near(burned('failed_ratio <= 10%'), 2)
    near(burned('availability >= 90%'), 2)
    assert.is(burned('timeout_ratio <= 1%'), 0)
  })

  test('is the same over the whole run and over its long window', () => {
    for (const expect of ['p99(response_time) < 100ms', 'share(response_time <= 100ms) >= 90%']) {
      const budget = budgetOf(expect, record)
      assert.ok(Math.abs((budget?.burnRate.long.rate ?? 0) - (budget?.burnedRatio ?? 0)) < 1e-9)
      assert.is(budget?.burnRate.short.windowMs, 2000)
    }
  })

  test('sees that it burns only at the end', () => {
    const worse = aStepRecord({
      intervals: 24,
      steps: { ask: (i) => ({ okMs: repeat(100, i < 22 ? 10 : 200) }) },
    })
    const { burnRate, alert } = budgetOf('p90(response_time) < 100ms', worse) ?? {}
    assert.ok((burnRate?.short.rate ?? 0) > 9.9)
    assert.ok((burnRate?.long.rate ?? 9) < 0.9)
    assert.is(alert, 'ok')
  })

  test('without a series is that of the run as one stretch', () => {
    const budget = budgetOf('p99(service_time) < 100ms', record)
    assert.ok(Math.abs((budget?.burnedRatio ?? 0) - 5 / 100 / 0.01) < 1e-9)
    assert.is(budget?.burnRate.short.rate, budget?.burnRate.long.rate)
  })

  test('is none for "at least", for other values, and for what nobody measured', () => {
    for (const expect of [
      'p99(response_time) > 1ms',
      'mean(response_time) < 1s',
      'throughput > 1/s',
      'p99(response_time{step=nobody}) < 1s',
    ])
      assert.is(budgetOf(expect, record), null, expect)
  })
})
