import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decidingCounts, judgeShare, quantileRanks } from '../../harness/analysis/binomial.ts'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import type { ObjectiveResult } from '../../harness/model/objective-result.ts'
import { aRecord, type RecordShape } from '../kit/builders.ts'
import { aStepRecord } from '../kit/step-records.ts'
import { describe } from '../kit/suite.ts'

const repeat = (times: number, ms: number) => Array.from({ length: times }, () => ms)
const objectivesOf = (...expect: readonly string[]) => parseObjectives(expect, 'objectives').objectives

function resultOf(expect: string, shape: RecordShape): ObjectiveResult {
  const verdict = judge(aRecord({ ...shape, objectives: objectivesOf(expect) }), { strict: false })
  return verdict.objectives[0] as ObjectiveResult
}

/** The outcome that the printed interval shows. */
function shownBy({ interval, op, bound }: ObjectiveResult): string | null {
  if (interval === null) return null
  const [low, high] = interval
  const [within, beyond] =
    op === '<' || op === '<='
      ? [high !== null && high <= bound + 1e-12, low > bound]
      : [low >= bound - 1e-12, high !== null && high < bound]
  if (within) return 'met'
  return beyond ? 'missed' : 'unproven'
}

describe('The judgement of a share and the counts at which it changes', (test) => {
  test('are each the inverse of the other', () => {
    const cases = fc.record({
      n: fc.integer({ min: 1, max: 5_000 }),
      allowed: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      effect: fc.double({ min: 1, max: 50, noNaN: true }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(cases, ({ n, allowed, effect, part }) => {
        const worth = Math.min(effect, n)
        const { provenMost, violatedFrom } = decidingCounts(n, allowed, worth)
        const around = [provenMost, provenMost + 1, violatedFrom - 1, violatedFrom, Math.round(part * n)]
        for (const k of around.filter((count) => count >= 0 && count <= n)) {
          const { claim } = judgeShare(k, n, allowed, worth)
          assert.equal(
            [claim === 'proven', claim === 'violated'],
            [k <= provenMost, k >= violatedFrom],
            `${k} of ${n}`,
          )
        }
        const { low, high } = quantileRanks(n, 1 - allowed, worth)
        assert.ok(low < high)
      }),
      { numRuns: 200 },
    )
  })

  test('hold the share in 95 % of samples or more, with at most 2.5 % on either side', () => {
    // Of 1,000 with a true share of 1 %: the chance of a count is summed where the interval misses it.
    const [n, share] = [1_000, 0.01]
    let [logChance, below, above] = [n * Math.log1p(-share), 0, 0]
    for (let k = 0; k <= n; k++) {
      const { lower, upper } = judgeShare(k, n, 0.5, 1)
      if (upper < share) below += Math.exp(logChance)
      if (lower > share) above += Math.exp(logChance)
      logChance += Math.log((n - k) / (k + 1)) + Math.log(share / (1 - share))
    }
    assert.ok(below > 0.001 && below <= 0.025, `${below}`)
    assert.ok(above > 0.001 && above <= 0.025, `${above}`)
  })
})

describe('The printed interval', (test) => {
  const EXPECTS = [
    'p99(response_time) < 100ms',
    'p95(response_time) <= 80ms',
    'p50(response_time) < 12ms',
    'p90(response_time) > 15ms',
    'share(response_time <= 100ms) >= 98%',
    'error_ratio < 2%',
    'availability >= 99%',
    'timeout_ratio <= 1%',
  ] as const

  test('is the one that decided, whatever the run', () => {
    const shapes = fc.record({
      okMs: fc.array(fc.integer({ min: 1, max: 250 }), { minLength: 1, maxLength: 60 }),
      failedPerInterval: fc.integer({ min: 0, max: 3 }),
      timedOutMs: fc.array(fc.constantFrom(50, 400), { maxLength: 2 }),
      intervals: fc.integer({ min: 1, max: 30 }),
    })
    let printed = 0
    fc.assert(
      fc.property(shapes, fc.constantFrom(...EXPECTS), (shape, expect) => {
        const result = resultOf(expect, shape)
        const shown = shownBy(result)
        if (result.outcome === 'no-data' || shown === null) return
        printed++
        assert.is(shown, result.outcome, JSON.stringify(result))
      }),
      { numRuns: 300 },
    )
    assert.ok(printed > 100, `${printed}`)
  })

  test('has no upper end where too few samples could prove the claim', () => {
    const { outcome, interval } = resultOf('p99(response_time) < 100ms', {
      okMs: repeat(20, 50),
      intervals: 10,
    })
    assert.is(outcome, 'unproven')
    assert.is(interval?.[1], null)
  })

  test('of a percentile reaches beyond what unanswered requests waited', () => {
    const shape = { okMs: repeat(95, 10), timedOutMs: repeat(5, 50) }
    const { outcome, interval, isAtLeast } = resultOf('p99(response_time) < 100ms', shape)
    assert.equal([outcome, interval, isAtLeast], ['missed', [100, null], true])
  })

  test('is none of fewer than ten independent samples; what decided is said', () => {
    // Two thirds of the run within, then beyond until its end: one step, which looks like dependence.
    const record = aStepRecord({
      intervals: 18,
      steps: { ask: (i) => ({ okMs: repeat(40, i < 12 ? 9 : 240) }) },
      objectives: objectivesOf('p50(response_time) > 200ms', 'p99(response_time) < 100ms'),
    })
    for (const { interval, effectiveSampleCount, breached } of judge(record, { strict: false }).objectives) {
      assert.is(interval, null)
      assert.ok(effectiveSampleCount! >= 1 && effectiveSampleCount! < 10, `${effectiveSampleCount}`)
      assert.ok(breached !== null)
    }
    const few = resultOf('p99(response_time) < 100ms', { okMs: [200], intervals: 6 })
    assert.equal([few.outcome, few.interval], ['missed', null])
    assert.is(few.message, 'observed 200.1ms (6 samples), above the limit for 6s without a break')
  })
})
