import * as assert from 'uvu/assert'
import { judge } from '../../harness/analysis/judge.ts'
import { parseObjectives } from '../../harness/analysis/objective-grammar.ts'
import { RecordView } from '../../harness/analysis/record-view.ts'
import { shareClaimOf } from '../../harness/analysis/share-claim.ts'
import { aRecord } from '../kit/builders.ts'
import { describe } from '../kit/suite.ts'

const objectiveOf = (expect: string) => {
  const { objectives, problems } = parseObjectives([expect], 'objectives')
  assert.equal(problems, [])
  return objectives[0]!
}

/** A run of 20 seconds with so many good and bad answers each. */
const run = (ok: number, failed: number, expect = 'error_ratio < 1%') =>
  aRecord({
    okMs: Array.from({ length: ok }, () => 5),
    failedPerInterval: failed,
    objectives: [objectiveOf(expect)],
  })

const claim = (expect: string) => {
  const found = shareClaimOf(new RecordView(run(95, 5)), objectiveOf(expect))
  return found === null ? null : { ...found, allowed: Math.round(found.allowed * 1e9) / 1e9 }
}

describe('A claim about a share of requests', (test) => {
  test('of bad ones counts them, of good ones the others', () => {
    assert.equal(claim('error_ratio < 2%'), { kind: 'ratio', k: 100, n: 2_000, allowed: 0.02, atMost: true })
    assert.equal(claim('availability >= 98%'), {
      kind: 'share',
      k: 100,
      n: 2_000,
      allowed: 0.02,
      atMost: true,
    })
    assert.equal(claim('availability < 98%'), {
      kind: 'share',
      k: 100,
      n: 2_000,
      allowed: 0.02,
      atMost: false,
    })
  })

  test('is none of metrics that count no requests', () => {
    for (const expect of ['target_cpu_ratio <= 85%', 'plan_kept >= 99%', 'rss_growth(target) < 300MiB'])
      assert.is(claim(expect), null, expect)
  })
})

describe('Availability', (test) => {
  const resultOf = (ok: number, failed: number, expect: string) =>
    judge(run(ok, failed, expect), { strict: false }).objectives[0]!

  test('is judged as the error ratio is, from the other side', () => {
    for (const [ok, failed] of [
      [1_000, 0],
      [995, 5],
      [999, 1],
      [950, 50],
      [30, 0],
    ] as const) {
      const availability = resultOf(ok, failed, 'availability >= 99.5%')
      const errors = resultOf(ok, failed, 'error_ratio <= 0.5%')
      assert.is(availability.outcome, errors.outcome, `${ok} ok, ${failed} failed`)
      assert.ok(Math.abs(availability.observed! - (1 - errors.observed!)) < 1e-12)
      const [lower, upper] = availability.interval!
      assert.ok(lower <= availability.observed! && availability.observed! <= upper!)
      assert.ok(Math.abs(lower! - (1 - errors.interval![1]!)) < 1e-9)
    }
  })

  test('is met when proven, missed when broken, and unproven on few samples', () => {
    assert.is(resultOf(1_000, 0, 'availability >= 99.9%').outcome, 'met')
    assert.is(resultOf(990, 10, 'availability >= 99.9%').outcome, 'missed')
    assert.is(resultOf(10, 0, 'availability >= 99.9%').outcome, 'unproven')
  })
})
