/** Golden figures of what is planned with, and of stopping early. */
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { binomialCdf, quantileRanks } from '../../harness/analysis/binomial.ts'
import { bestSplit, changePoints } from '../../harness/analysis/change-points.ts'
import { detectableDifference, pairsToConfirm, requestsToProve } from '../../harness/analysis/sample-size.ts'
import { isViolated, lnMixture, STOP_AT } from '../../harness/analysis/sequential.ts'
import { Random } from '../../harness/base/random.ts'
import { describe } from '../kit/suite.ts'

interface Golden {
  readonly quantileRanks: readonly { n: number; p: number; lo: number; hi: number; coverage: number }[]
  readonly slaSampleSize: readonly {
    allowed: number
    actual: number
    deff: number
    conf: number
    n: number
  }[]
  readonly pairsNeeded: readonly { change: number; sd: number; alpha: number; d0: number; pairs: number }[]
  readonly mde: readonly { sd: number; K: number; m: number; df: number; alpha: number; mde: number }[]
  readonly mixture: readonly { k: number; n: number; p0: number; ln: number; stopAt: number }[]
  readonly otava: {
    series: number[]
    maxP: number
    changePoints: number[]
    bestCandidate: { i: number; q: number }
  }
}
const golden = JSON.parse(
  readFileSync(new URL('./golden/stats-golden.json', import.meta.url), 'utf8'),
) as Golden

function close(actual: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-7 * Math.max(1e-9, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  )
}

describe('Planning a measurement', (test) => {
  test('knows the golden ranks between which a quantile lies', () => {
    for (const { n, p, lo, hi, coverage } of golden.quantileRanks) {
      assert.equal(quantileRanks(n, p, 1), { low: lo, high: hi }, `${n}, ${p}`)
      const beyond = hi > n ? 1 : binomialCdf(hi - 1, n, p)
      close(beyond - binomialCdf(lo - 1, n, p), coverage, `coverage of ${n}, ${p}`)
    }
  })

  test('knows the golden numbers of requests that prove an objective', () => {
    for (const { allowed, actual, deff, conf, n } of golden.slaSampleSize)
      assert.is(Math.ceil((requestsToProve(allowed, actual, conf) ?? 0) * deff), n, `${allowed}, ${actual}`)
  })

  test('knows when no number of requests proves it', () => {
    assert.is(requestsToProve(0.01, 0.01), null)
    assert.is(requestsToProve(0.01, 0.02), null)
  })

  test('knows the golden numbers of pairs', () => {
    for (const { change, sd, alpha, d0, pairs } of golden.pairsNeeded)
      assert.is(pairsToConfirm(change, sd, alpha, d0), pairs, `${change} at ${sd}`)
  })

  test('knows the golden smallest changes', () => {
    for (const { sd, K, m, df, alpha, mde } of golden.mde)
      close(Math.exp(detectableDifference(sd * Math.sqrt(1 / K + 1 / m), df, alpha)) - 1, mde, `${K}, ${m}`)
  })
})

describe('Stopping early', (test) => {
  test('has the golden evidence', () => {
    for (const { k, n, p0, ln, stopAt } of golden.mixture) {
      close(lnMixture(k, n, p0), ln, `${k} of ${n}`)
      close(STOP_AT, stopAt, 'the bound')
      assert.is(isViolated(k, n, p0), ln >= stopAt)
    }
  })

  test('stops hardly any service at its limit, looked at a thousand times, and every one far beyond it', () => {
    const random = new Random(7)
    const stopped = (share: number) => {
      let runs = 0
      for (let run = 0; run < 200; run++) {
        let k = 0
        for (let look = 1; look <= 1_000; look++) {
          for (let i = 0; i < 20; i++) if (random.float() < share) k++
          if (!isViolated(k, look * 20, 0.01)) continue
          runs++
          break
        }
      }
      return runs
    }
    assert.ok(stopped(0.01) <= 14)
    assert.is(stopped(0.02), 200)
  })
})

describe('Change points', (test) => {
  const { series, maxP, changePoints: indices, bestCandidate } = golden.otava

  test('are where the golden series has them', () => {
    assert.equal(
      changePoints(series, maxP).map(({ index }) => index),
      indices,
    )
    assert.is(bestSplit(series)?.index, bestCandidate.i)
    close(bestSplit(series)?.q ?? 0, bestCandidate.q, 'Q')
  })

  test('are several when there are several, and none in noise or in what is too short', () => {
    const random = new Random(3)
    const noise = () => random.float() - 0.5
    const steps = Array.from({ length: 45 }, (_, i) => Math.floor(i / 15) * 5 + noise())
    assert.equal(
      changePoints(steps).map(({ index }) => index),
      [15, 30],
    )
    assert.equal(changePoints(Array.from({ length: 40 }, noise)), [])
    assert.equal(changePoints([1, 2, 3]), [])
  })
})
