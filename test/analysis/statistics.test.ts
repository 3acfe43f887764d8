import { readFileSync } from 'node:fs'
import jstat from 'jstat'
import * as assert from 'uvu/assert'
import { judgeShare, shareInterval } from '../../harness/analysis/binomial.ts'
import { designEffect, longRunVariance } from '../../harness/analysis/design-effect.ts'
import { betaQuantile, incompleteBeta } from '../../harness/analysis/distributions.ts'
import { describe } from '../kit/suite.ts'

interface Golden {
  readonly clopperPearson: readonly { k: number; n: number; conf: number; lower: number; upper: number }[]
  readonly slaVerdict: readonly {
    k: number
    n: number
    allowed: number
    deff: number
    conf: number
    verdict: string
    lower: number
    upper: number
  }[]
  readonly slaLimits: readonly {
    n: number
    allowed: number
    conf: number
    provenAtMost: number | null
    violatedFrom: number
  }[]
  readonly longRunVar: readonly { Z: number[]; v: number }[]
}
const golden = JSON.parse(
  readFileSync(new URL('./golden/stats-golden.json', import.meta.url), 'utf8'),
) as Golden

function close(actual: number, expected: number, what: string) {
  assert.ok(
    Math.abs(actual - expected) <= 1e-7 * Math.max(1e-12, Math.abs(expected)),
    `${what}: ${actual} is not ${expected}`,
  )
}

describe('Exact binomial intervals', (test) => {
  test('agree with every golden Clopper-Pearson bound', () => {
    for (const { k, n, conf, lower, upper } of golden.clopperPearson) {
      const found = shareInterval(k, n, conf)
      close(found.lower, lower, `lower ${k}/${n}`)
      close(found.upper, upper, `upper ${k}/${n}`)
    }
  })

  test('agree with every golden verdict on a share', () => {
    for (const { k, n, allowed, deff, conf, verdict } of golden.slaVerdict) {
      assert.is(judgeShare(k, n, allowed, deff, conf).claim.toUpperCase(), verdict, `${k} of ${n}`)
    }
  })

  test('prove and refute from the golden limits on', () => {
    for (const { n, allowed, conf, provenAtMost, violatedFrom } of golden.slaLimits) {
      if (provenAtMost !== null && provenAtMost >= 0) {
        assert.is(judgeShare(provenAtMost, n, allowed, 1, conf).claim, 'proven')
        assert.is.not(judgeShare(provenAtMost + 1, n, allowed, 1, conf).claim, 'proven')
      }
      assert.is(judgeShare(violatedFrom, n, allowed, 1, conf).claim, 'violated')
      assert.is.not(judgeShare(violatedFrom - 1, n, allowed, 1, conf).claim, 'violated')
    }
  })

  test('agree with an independent implementation of the beta distribution', () => {
    for (const [p, a, b] of [
      [0.05, 3, 998],
      [0.95, 5, 996],
      [0.5, 0.5, 49.5],
      [0.99, 120, 3],
    ] as const) {
      assert.ok(Math.abs(betaQuantile(p, a, b) - jstat.beta.inv(p, a, b)) < 1e-7)
      assert.ok(Math.abs(incompleteBeta(betaQuantile(p, a, b), a, b) - p) < 1e-10)
    }
  })
})

describe('The design effect', (test) => {
  test('rests on the golden long-run variances', () => {
    for (const { Z, v } of golden.longRunVar) close(longRunVariance(Z), v, 'long-run variance')
  })

  test('is one for what cannot vary and never below one', () => {
    assert.is(designEffect([]), 1)
    assert.is(
      designEffect([
        { over: 0, total: 100 },
        { over: 0, total: 100 },
      ]),
      1,
    )
    assert.is(designEffect(Array.from({ length: 20 }, (_, i) => ({ over: 50 + (i % 2), total: 100 }))), 1)
  })

  test('grows when the exceedances come in bursts', () => {
    const bursts = Array.from({ length: 60 }, (_, i) => ({ over: i < 6 ? 100 : 0, total: 100 }))
    assert.ok(designEffect(bursts) > 50)
  })
})
